import { activeSetOf, ORGANIZATION, ownListingIn, unlistedIn } from '../anchor.ts';
import { isOver } from '../cut/over.ts';
import { firstFew } from '../first-few.ts';
import { type ClientFacts, leafIn } from '../leaf/client-facts.ts';
import type { Blocked } from '../plan-document/blocked.ts';
import { allowedFor } from '../planning/allowances.ts';
import { isCompromised, isNamed, isUnread } from '../planning/compromise.ts';
import { indexAnchors, type PlanningFacts } from '../planning/facts.ts';
import { type Choice, chooseSuccessor } from '../succession/successor.ts';

type Facts = PlanningFacts & { clients: readonly ClientFacts[] };

/**
 * A client that runs on a compromised anchor and gets in nowhere: nothing that its leaf leads to is active
 * for it.
 */
type ShutOut = { client: ClientFacts; leaked: string; trusted: ReadonlySet<string> };

/** How many clients of one anchor are told one by one. */
const MOST_NAMED = 5;

/**
 * Returns the clients that are outside because of a leaked anchor, however that lost its trust. Somebody may
 * have deactivated it by hand before an emergency named it, or it was cut while a person let this client be
 * left behind. In a project that is left to its own listing nobody has looked. An emergency tells only of
 * anchors that it names.
 */
function shutOutIn(facts: Facts): ShutOut[] {
  const { inventory, request, clients } = facts;
  const isUnseen = (project: string): boolean =>
    unlistedIn(inventory).has(project) || ownListingIn(inventory).has(project);
  const isLeaked = (id: string): boolean =>
    request.mode === 'emergency' ? isNamed(id, facts) : isCompromised(id, facts);
  return clients.flatMap((client): ShutOut[] => {
    const { chainsTo = [] } = leafIn(client.running) ?? {};
    const leaked = chainsTo.find(isLeaked);
    if (leaked === undefined || isUnseen(client.project) || isOver(client, facts)) return [];
    const trusted = new Set([client.project, ORGANIZATION].flatMap((of) => [...activeSetOf(inventory, of)]));
    return chainsTo.some((id) => trusted.has(id)) ? [] : [{ client, leaked, trusted }];
  });
}

/**
 * Tells a person of these clients, each once (I13). Nobody is moved to an anchor that is not active, and
 * nothing is activated where the leaked anchor is not active (I3, I4). `seenTo` are clients that this run
 * moves or lets in again. A client that may be left behind is told once a leaf is staged for it (I6).
 */
export function shutOutTold(facts: Facts, seenTo: ReadonlySet<string>): Blocked[] {
  const all = shutOutIn(facts).filter(({ client }) => !seenTo.has(client.name));
  const byAnchor = Map.groupBy(all, ({ leaked }) => leaked);
  return [...byAnchor].flatMap(([leaked, those]) => {
    const wayOut = wayOutOf(leaked, facts);
    const isOff = ({ trusted }: ShutOut): boolean => trusted.size === 0;
    const { leaveBehind } = allowedFor(leaked, facts);
    const outside = those.filter(
      (one) => !isOff(one) && (!leaveBehind.has(one.client.name) || stagedFor(one, facts) !== undefined),
    );
    return [...offTold(leaked, those.filter(isOff), wayOut), ...outsideTold(leaked, outside, wayOut, facts)];
  });
}

/**
 * True for an entry that tells of clients outside, or that nobody is asked for a certificate. It does not say
 * that a leaked key gets in by an anchor (I15).
 */
export const saysNobodyGetsIn = ({ shutOut, off }: Pick<Blocked, 'shutOut' | 'off'>): boolean =>
  shutOut === true || off === true;

const wayOutOf = (leaked: string, facts: Facts): Choice => {
  const { anchors } = indexAnchors(facts.inventory);
  const retiring = anchors.get(leaked);
  return retiring
    ? chooseSuccessor(retiring, [...anchors.values()], facts)
    : { reason: `${leaked} is not uploaded any more: upload the next generation of its authority` };
};

function offTold(leaked: string, those: readonly ShutOut[], wayOut: Choice): Blocked[] {
  if (those.length === 0) return [];
  const scopes = [...new Set(those.map(({ client }) => client.project))];
  const names = firstFew(
    those.map(({ client }) => client.name),
    5,
  ).join(', ');
  const remedy =
    'successor' in wayOut
      ? `make a leaf of ${wayOut.successor.anchorId} current (AWSCURRENT) for each of them, and activate ${wayOut.successor.anchorId} there then`
      : `make leaves of another anchor current for them, and activate that one there then (${wayOut.reason})`;
  const where = firstFew(scopes, 5).join(', ');
  return [
    {
      anchor: leaked,
      scopes,
      off: true,
      reason: `mutual TLS is off in ${where}: nothing is active there any more, and ${names} ran on ${leaked}, which is compromised. Whoever has an API key gets in without a certificate. Unless somebody meant it to be off, ${remedy}; Windlass may not, and says so once`,
    },
  ];
}

function outsideTold(leaked: string, those: readonly ShutOut[], wayOut: Choice, facts: Facts): Blocked[] {
  const told = those.slice(0, MOST_NAMED).map(
    (one): Blocked => ({
      anchor: leaked,
      client: one.client.name,
      scopes: [one.client.project],
      shutOut: true,
      reason: `client ${one.client.name} runs on ${leaked}, which is compromised and active nowhere for it${unlessBy(one, facts)}: it gets in nowhere. ${remedyFor(one, wayOut, facts)}`,
    }),
  );
  const rest = those.slice(MOST_NAMED).map(({ client }) => client.name);
  if (rest.length === 0) return told;
  const reason = `and ${rest.length} more clients that run on ${leaked} get in nowhere: ${firstFew(rest, 20).join(', ')}`;
  return [...told, { anchor: leaked, clients: rest, shutOut: true, reason }];
}

const unlessBy = ({ trusted }: ShutOut, facts: Facts): string => {
  const unread = [...trusted].filter((id) => isUnread(id, facts));
  return unread.length > 0 ? `, unless by ${unread.join(' or ')}, whose certificate could not be read` : '';
};

/** Returns an upload that the staged leaf leads to and that is not compromised, an active one first. */
function stagedFor({ client, trusted }: ShutOut, facts: Facts): string | undefined {
  const staged = leafIn(client.staged);
  if (!staged || staged.problems.length > 0) return undefined;
  const { anchors } = indexAnchors(facts.inventory);
  const lasts = (id: string): boolean =>
    Math.min(staged.validUntil[id] ?? 0, anchors.get(id)?.expiresAt ?? 0) > facts.now;
  const fit = staged.chainsTo.filter((id) => lasts(id) && !isCompromised(id, facts));
  return fit.find((id) => trusted.has(id)) ?? fit[0];
}

function remedyFor(one: ShutOut, wayOut: Choice, facts: Facts): string {
  const { client, trusted } = one;
  const where = `in ${client.project}`;
  const staged = stagedFor(one, facts);
  if (staged !== undefined)
    return trusted.has(staged)
      ? `Make the leaf that is staged for it current (AWSCURRENT): ${staged} lets it in`
      : `Activate ${staged} ${where} by hand, and make the leaf that is staged for it current (AWSCURRENT)`;
  if ('reason' in wayOut) return `There is nothing to move it to: ${wayOut.reason}`;
  const { anchorId } = wayOut.successor;
  const first = trusted.has(anchorId) ? '' : `Activate ${anchorId} ${where} by hand. `;
  return `${first}Make a leaf that chains to ${anchorId} current for it (AWSCURRENT)`;
}
