import { saysNobodyGetsIn } from '../blocked/shut-out.ts';
import { type ClientFacts, leafIn } from '../leaf/client-facts.ts';
import type { Blocked } from '../plan-document/blocked.ts';
import { isUnread } from '../planning/compromise.ts';
import { indexAnchors, type PlanningFacts } from '../planning/facts.ts';
import { lineageOf } from '../succession/lineage.ts';
import type { Seen } from './seen.ts';

/** What a plan knows, with the clients of projects that are not listed. */
export type SeeingFacts = PlanningFacts & {
  clients: readonly ClientFacts[];
  absent?: readonly ClientFacts[];
};

/**
 * Returns what a plan sees that the next one can compare with: the names of anchors, where clients run, and
 * how near to its date each blocked anchor is.
 */
export function sightingsOf(blocked: readonly Blocked[], facts: SeeingFacts): Seen[] {
  const { anchors } = indexAnchors(facts.inventory);
  return [
    ...[...anchors.values()].map(({ anchorId, name }): Seen => {
      const key = facts.keys?.get(anchorId)?.digest;
      return { kind: 'anchor', id: anchorId, value: name ?? '', ...(key && { key }) };
    }),
    ...everybodyIn(facts).flatMap((client): Seen[] => {
      const seen = authoritiesSeen(client, facts);
      const [first, ...more] = seen;
      if (first === undefined) return [];
      const value = more.length > 0 ? JSON.stringify(seen) : first;
      return [{ kind: 'client', id: client.name, value, secret: client.secret, ...heldBy(client, facts) }];
    }),
    ...blocked.flatMap((one) =>
      keysOf(one).map((id): Seen => {
        // An anchor that is active nowhere brings nobody nearer to a date.
        const urgency = saysNobodyGetsIn(one) ? 0 : urgencyOf(one.anchor, facts);
        return { kind: 'blocked', id, value: String(urgency) };
      }),
    ),
  ];
}

/**
 * Returns the authorities that a client's running leaf leads to. Adds those that it was last seen under and
 * that have an upload which could not be read, since the leaf may still lead to that one (I9).
 */
function authoritiesSeen(client: ClientFacts, facts: SeeingFacts): string[] {
  const now = authoritiesOf(client, facts) ?? [];
  if (now.length === 0) return [];
  const unread = [...indexAnchors(facts.inventory).anchors.values()].filter(({ anchorId }) =>
    isUnread(anchorId, facts),
  );
  const hidden = new Set(unread.map(({ name }) => lineageOf(name)?.authority));
  const before = (client.lastAuthorities ?? []).filter((one) => hidden.has(one));
  return [...new Set([...now, ...before])].toSorted();
}

/**
 * Returns the anchors that a client's running leaf leads to, sorted, and the versions of its secret for which
 * that holds. A staged leaf of the same line counts as well, since it may be made current before any plan
 * looks again.
 */
function heldBy(client: ClientFacts, facts: SeeingFacts): Pick<Seen, 'anchors' | 'versions'> {
  const { running, staged, versions = {}, lastAnchors = [] } = client;
  const own = authoritiesOf({ running }, facts) ?? [];
  const next = authoritiesOf({ running: staged }, facts) ?? [];
  const isSameLine = next.length > 0 && next.every((one) => own.includes(one));
  const ids = [running, ...(isSameLine ? [staged] : [])].flatMap((held) => leafIn(held)?.chainsTo ?? []);
  const hidden = lastAnchors.filter((id) => isUnread(id, facts));
  const held = [versions.running, isSameLine ? versions.staged : undefined].filter(
    (one) => one !== undefined,
  );
  return {
    anchors: [...new Set([...ids, ...hidden])].toSorted(),
    ...(held.length > 0 && { versions: held }),
  };
}

/** Returns all clients, whether their project is listed or not, and the witnesses. */
export const everybodyIn = ({ clients, absent = [], witnesses = [] }: SeeingFacts): ClientFacts[] => [
  ...clients,
  ...absent,
  ...witnesses,
];

/**
 * Returns how near the expiry of an anchor is, in steps that ring louder: lead time, safety margin, a day,
 * gone (I13).
 */
function urgencyOf(anchorId: string, { inventory, policy, now }: PlanningFacts): number {
  const anchor = indexAnchors(inventory).anchors.get(anchorId);
  if (!anchor || anchor.flaw) return 0;
  const left = anchor.expiresAt - now;
  const steps = [policy.leadTime, policy.safetyMargin, 86_400, 0];
  return steps.filter((step) => left <= step).length;
}

/**
 * Returns the keys of a blocked entry: one for each client, or one for each scope. What was told of an anchor
 * stays told, whatever else is blocked beside it by now. Four kinds of entry have a key of their own: nobody
 * could look there, mutual TLS is off, a client is outside by now, or a client only has to wait. By the last
 * of these nobody was asked to act yet.
 */
const keysOf = ({
  anchor,
  client,
  clients,
  witness,
  unseen,
  off,
  shutOut,
  readyAt,
  scopes = [],
}: Blocked): string[] => {
  const named = clients ?? [client ?? witness ?? []].flat();
  const told = shutOut ? OUTSIDE : readyAt === undefined ? '' : ' waits';
  if (named.length > 0) return named.map((one) => `${anchor} ${one}${told}`);
  const keys = scopes.length > 0 ? scopes.map((scope) => `${anchor} ${scope}`) : [anchor];
  if (off) return keys.map((key) => `${key}${OFF}`);
  return unseen ? keys.map(unseenIn) : keys;
};

const OFF = ' off';
const OUTSIDE = ' outside';

/**
 * Whether a key is of clients that get in nowhere, or of mutual TLS that is off. Such an entry is over when
 * it is not told any more, whatever else is told of its anchor.
 */
export const isOfNobodyIn = (key: string): boolean => [OFF, OUTSIDE].some((told) => key.endsWith(told));

/** Returns the key of an entry for something that nobody could look at. */
export const unseenIn = (key: string): string => `${key} unseen`;

/**
 * Returns the authorities that a client's running leaf leads to, sorted; several where they share a key.
 * Empty where the leaf leads to no anchor or cannot be read, which is no news. Null where one of its anchors
 * has no name.
 */
export function authoritiesOf(
  { running }: Pick<ClientFacts, 'running'>,
  { inventory }: PlanningFacts,
): string[] | null {
  const { anchors } = indexAnchors(inventory);
  const ids = leafIn(running)?.chainsTo ?? [];
  const authorities = ids.map((id) => lineageOf(anchors.get(id)?.name ?? null)?.authority);
  const named = authorities.filter((one) => one !== undefined);
  return named.length < authorities.length ? null : [...new Set(named)].toSorted();
}
