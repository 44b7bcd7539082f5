import { activeSetOf, ORGANIZATION, unlistedIn } from '../anchor.ts';
import { asChecked, type ClientFacts, type LeafFacts, leafIn } from '../client.ts';
import { onlyBefore } from '../cut/suspects.ts';
import { secondsOf } from '../instant.ts';
import type { Blocked, Outside } from '../plan-document.ts';
import { isCompromised, isUnread } from '../planning/compromise.ts';
import { indexAnchors, type PlanningFacts } from '../planning/facts.ts';
import { failingSinceOf } from '../request.ts';

/** Clients that one run lets in again: the execution carries them, and the next run comes within minutes. */
const MOST_AT_ONCE = 50;

type Facts = PlanningFacts & { clients: readonly ClientFacts[] };

/**
 * Clients that run on a leaf of nothing but anchors that no run activates, compromised or held, none of which is trusted, though the
 * leaf before leads to what is: a call that was on its way when an emergency took over has moved them there, and nobody could call it back. Of what is held
 * an operator may have moved them there himself, so that only those count whom a run has moved.
 * An emergency itself does exactly what it was asked to do. Where something is trusted that could not be read, the leaf may lead to that and get in: hosts
 * are asked, and where nobody probes, nobody can tell (I9). `back` are those who run on the leaf before by the first cut, by all that is known.
 */
export function leftOutside(facts: Facts): {
  outside: Outside[];
  back: ReadonlySet<string>;
  blocked: Blocked[];
} {
  const moved = facts.memory?.moved ?? [];
  const isMoved = ({ client: { name }, running }: Shut) =>
    moved.some(({ client, leaf }) => client === name && leaf === running.fingerprint);
  const all = shutOut(facts).filter((one) => isOnCompromised(one.running, facts) || isMoved(one));
  // Who may get in takes no place from who does not.
  const found = all.toSorted((a, b) => a.unread.length - b.unread.length).slice(0, MOST_AT_ONCE);
  return {
    outside: found.map(({ client, running, previous }) => ({
      ...asChecked(client),
      ...{ leaf: running.fingerprint, chain: running.chain },
      ...{ previous: previous.fingerprint, previousChain: previous.chain },
      backTo: onlyBefore(running, previous),
    })),
    back: new Set(found.flatMap(({ client, unread }) => (unread.length > 0 ? [] : client.name))),
    blocked: found.map(({ client: { name, project }, running, unread }) => ({
      anchor: running.chainsTo[0] ?? '',
      client: name,
      scopes: [project],
      reason: `client ${name} was moved to a leaf of ${running.chainsTo.join(', ')}, ${howCome(running, unread, facts)}. This run moves it back to the leaf before where that one gets in${unread.length > 0 ? ' and the new one does not' : ''}: see that it does, and stage another there`,
    })),
  };
}

const unlessBy = (unread: readonly string[]): string =>
  unread.length > 0 ? `, unless by ${unread.join(' or ')}, whose certificate could not be read` : '';

const howCome = (running: LeafFacts, unread: readonly string[], facts: Facts): string =>
  isOnCompromised(running, facts)
    ? `which is compromised and trusted nowhere${unlessBy(unread)}, by a call that was on its way when an emergency took over`
    : `which is held and trusted nowhere${unlessBy(unread)}, by an earlier run`;

type Shut = { client: ClientFacts; running: LeafFacts; previous: LeafFacts; unread: string[] };

/** Whoever is outside so by its leaf, whoever has moved it. */
function shutOut(facts: Facts): Shut[] {
  const { request, inventory, clients, policy } = facts;
  if (request.mode === 'emergency') return [];
  const unlisted = unlistedIn(inventory);
  return clients.flatMap((client) => {
    if (unlisted.has(client.project)) return [];
    const [running, previous] = [leafIn(client.running), leafIn(client.previous)];
    const trusted = trustedIn(client.project, facts);
    const isOut = running !== null && isShutOut(running, trusted, facts);
    const unread = [...trusted].filter((id) => isUnread(id, facts));
    const isAsked = unread.length === 0 || policy.evidence === 'probe';
    return isOut && isAsked && previous && getsIn(previous, trusted, facts)
      ? [{ client, running, previous, unread }]
      : [];
  });
}

/** Those of them whose leaf leads to what is held: the audit trail tells whether a run has moved them. */
export const shutOutByHold = (facts: Facts): ClientFacts[] =>
  shutOut(facts).flatMap(({ client, running }) => (isOnCompromised(running, facts) ? [] : client));

const isOnCompromised = ({ chainsTo }: LeafFacts, facts: Facts): boolean =>
  chainsTo.every((id) => isCompromised(id, facts));

/** For how long runs halt for a client outside that does not answer, before they go on without, in seconds. Hosts that are down are back by then. */
const PATIENCE = 6 * 3_600;

/**
 * Whether the rotation goes on though nobody can tell whether those outside get in again (I17): what is compromised waits for none of them (I16), and
 * nobody does for ever. Until then a halt is better, since another run comes within minutes, and a rotation may soak for days.
 */
export const goesOnWithout = (
  { atOnce, isRotating }: { atOnce: boolean; isRotating: boolean },
  { request, now }: Pick<PlanningFacts, 'request' | 'now'>,
): boolean => isRotating && (atOnce || secondsOf(failingSinceOf(request, now)) <= now - PATIENCE);

const trustedIn = (project: string, { inventory }: Facts): ReadonlySet<string> =>
  new Set([...activeSetOf(inventory, project), ...activeSetOf(inventory, ORGANIZATION)]);

/** What is neither compromised nor held lets its clients in as soon as a run activates it. */
const isShutOut = ({ chainsTo }: LeafFacts, trusted: ReadonlySet<string>, facts: Facts): boolean =>
  chainsTo.length > 0 && chainsTo.every((id) => !trusted.has(id) && isNeverActivated(id, facts));

const isNeverActivated = (id: string, facts: Facts): boolean =>
  isCompromised(id, facts) || facts.policy.hold.includes(id);

/** As far as a look at the leaf can tell; whoever moves a client there asks the hosts. */
function getsIn(leaf: LeafFacts, trusted: ReadonlySet<string>, facts: Facts): boolean {
  const { anchors } = indexAnchors(facts.inventory);
  const isGood = (id: string): boolean =>
    trusted.has(id) &&
    (leaf.validUntil[id] ?? 0) > facts.now &&
    (anchors.get(id)?.expiresAt ?? 0) > facts.now;
  return leaf.problems.length === 0 && leaf.chainsTo.some(isGood);
}
