import { activeSetOf, ORGANIZATION, unlistedIn } from '../anchor.ts';
import { asChecked } from '../client.ts';
import { onlyBefore } from '../cut/suspects.ts';
import { secondsOf } from '../instant.ts';
import { type ClientFacts, leafIn } from '../leaf/client-facts.ts';
import type { LeafFacts } from '../leaf/leaf-facts.ts';
import type { Blocked } from '../plan-document/blocked.ts';
import type { Outside } from '../plan-document/outside.ts';
import { isCompromised, isUnread } from '../planning/compromise.ts';
import { indexAnchors, type PlanningFacts } from '../planning/facts.ts';
import { failingSinceOf } from '../request.ts';

/**
 * How many clients one run lets in again, since the execution carries them. The next run comes within
 * minutes.
 */
const MOST_AT_ONCE = 50;

type Facts = PlanningFacts & { clients: readonly ClientFacts[] };

/**
 * Returns clients whose running leaf leads only to compromised or held anchors that are not trusted, while
 * their previous leaf leads to a trusted one. No run activates such an anchor. A call that was on its way
 * when an emergency took over has moved them, and nobody could call it back. For a held anchor only clients
 * that a run has moved count, since an operator may have moved the others himself. An emergency does exactly
 * what it was asked to do, and returns none.
 *
 * Where an anchor is trusted that could not be read, the leaf may lead to it and get in. Then hosts are
 * asked; where nobody probes, nobody can tell (I9). `back` are the clients that run on their previous leaf by
 * the first cut, as far as is known.
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
  // A client that may get in after all takes no place from one that does not.
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

/** Returns the clients that are outside like this by their leaf, whoever has moved them. */
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

/**
 * Returns those of them whose leaf leads to a held anchor. The audit trail tells whether a run has moved
 * them.
 */
export const shutOutByHold = (facts: Facts): ClientFacts[] =>
  shutOut(facts).flatMap(({ client, running }) => (isOnCompromised(running, facts) ? [] : client));

const isOnCompromised = ({ chainsTo }: LeafFacts, facts: Facts): boolean =>
  chainsTo.every((id) => isCompromised(id, facts));

/**
 * For how long runs halt for a client outside that does not answer, in seconds. After that they go on without
 * it. Hosts that were down are back by then.
 */
const PATIENCE = 6 * 3_600;

/**
 * Whether the rotation goes on although nobody can tell whether the clients outside get in again (I17). A
 * compromised anchor waits for none of them (I16), and nothing waits for ever. Until then a halt is better:
 * another run comes within minutes, but a rotation may soak for days.
 */
export const goesOnWithout = (
  { atOnce, isRotating }: { atOnce: boolean; isRotating: boolean },
  { request, now }: Pick<PlanningFacts, 'request' | 'now'>,
): boolean => isRotating && (atOnce || secondsOf(failingSinceOf(request, now)) <= now - PATIENCE);

const trustedIn = (project: string, { inventory }: Facts): ReadonlySet<string> =>
  new Set([...activeSetOf(inventory, project), ...activeSetOf(inventory, ORGANIZATION)]);

/** An anchor that is neither compromised nor held lets its clients in as soon as a run activates it. */
const isShutOut = ({ chainsTo }: LeafFacts, trusted: ReadonlySet<string>, facts: Facts): boolean =>
  chainsTo.length > 0 && chainsTo.every((id) => !trusted.has(id) && isNeverActivated(id, facts));

const isNeverActivated = (id: string, facts: Facts): boolean =>
  isCompromised(id, facts) || facts.policy.hold.includes(id);

/**
 * Whether a leaf gets in, as far as a look at the leaf tells. The step that moves a client to it asks the
 * hosts.
 */
function getsIn(leaf: LeafFacts, trusted: ReadonlySet<string>, facts: Facts): boolean {
  const { anchors } = indexAnchors(facts.inventory);
  const isGood = (id: string): boolean =>
    trusted.has(id) &&
    (leaf.validUntil[id] ?? 0) > facts.now &&
    (anchors.get(id)?.expiresAt ?? 0) > facts.now;
  return leaf.problems.length === 0 && leaf.chainsTo.some(isGood);
}
