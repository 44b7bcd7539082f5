import { activeSetOf } from '../anchor.ts';
import { type ClientFacts, leadsTo, leafIn } from '../leaf/client-facts.ts';
import { endOfSoak } from '../memory/soak.ts';
import { idsOf, soakOf, whereSoaked } from '../succession/resume.ts';
import { isCompromised } from './compromise.ts';
import type { Lasting, PlanningFacts, Succession } from './facts.ts';
import { reaching } from './reach.ts';
import { movedTo } from './readiness/moves.ts';

/**
 * Whether some client does not run on the successor alone, and is moved to its staged leaf by a run that
 * makes all of `rotating`. Such a move begins a soak anew (rule 5).
 */
export function hasToMove(
  one: Succession,
  facts: PlanningFacts,
  rotating: readonly Succession[] = [one],
): boolean {
  const { clients = [] } = facts;
  const until = throughASoak(one, facts);
  const retiring = retiringIn(rotating.map(idsOf), facts);
  return one.scopes.some((scope) =>
    reaching(clients, scope).some(
      (client) =>
        comesFromElsewhere(client, one.successor.anchorId, retiring) &&
        movedTo(client, one, until, facts) !== null,
    ),
  );
}

/**
 * Returns the anchors that retire by these pairs, and by the pairs that the journal remembers as soaking,
 * which this run may leave alone.
 */
export const retiringIn = (
  pairs: readonly { retiring: string }[],
  { memory }: Pick<PlanningFacts, 'memory'>,
): ReadonlySet<string> => new Set([...pairs, ...(memory?.soaks ?? [])].map(({ retiring }) => retiring));

/**
 * Whether moving this client begins every soak of the successor anew. It does where the client's running leaf
 * leads elsewhere, or also leads to an anchor that retires (a renewal of its key). The successor's filter may
 * refuse such a leaf, and nobody can read that filter (F16). A leaf with another chain counts as another
 * leaf, since it leads elsewhere.
 */
export const comesFromElsewhere = (
  { running, staged }: Pick<ClientFacts, 'running' | 'staged'>,
  successor: string,
  retiring: ReadonlySet<string>,
): boolean =>
  (!leadsTo(running, successor) || leafIn(running)?.chainsTo.some((id) => retiring.has(id)) === true) &&
  leafIn(staged)?.chain !== leafIn(running)?.chain;

/**
 * Returns how long leaves have to last in a run that makes all of `rotating`. A leaf is relied on until the
 * soak ends, and for the safety margin after it. Where nothing soaks, or the soak is served, the margin is
 * enough (rule 5). A run waits for the longest soak of all that it cuts.
 */
export function lastingFor(rotating: readonly Succession[], facts: PlanningFacts): Lasting {
  // An anchor that an earlier run has cut is only confirmed, and soaks no more.
  const soaking = rotating.filter(({ retiring, scopes }) =>
    scopes.some((scope) => activeSetOf(facts.inventory, scope).has(retiring.anchorId)),
  );
  const soakEnds = Math.max(...soaking.map((one) => endOfItsSoak(one, facts, rotating)));
  const retiring = retiringIn(rotating.map(idsOf), facts);
  return (one, client, from = facts.now) =>
    client && (comesFromElsewhere(client, one.successor.anchorId, retiring) || from > facts.now)
      ? throughASoak(one, { ...facts, now: from })
      : reliedOnUntil(one, soakEnds, facts);
}

/**
 * When a succession has soaked in a run that makes all of `rotating`, in Unix seconds. A soak that was begun
 * and is not interrupted ends when it would have ended (I11). Otherwise the answer is a whole soak from now.
 */
export function endOfItsSoak(one: Succession, facts: PlanningFacts, rotating: readonly Succession[]): number {
  const { policy, memory, now } = facts;
  const whole = now + policy.soak;
  const soak = soakOf(idsOf(one), memory?.soaks ?? []);
  if (!soak || whereSoaked(one, facts) !== one) return whole;
  return isUninterrupted(one, facts, rotating) ? endOfSoak(soak, policy.soak) : whole;
}

/**
 * Whether a soak continues from where it was (I11). The successor is still active in every scope: an overlap
 * that was ended begins its soak anew. And nobody has to be moved to that successor, not even from another
 * anchor that retires in its favour.
 */
export const isUninterrupted = (
  one: Succession,
  facts: PlanningFacts,
  rotating: readonly Succession[] = [one],
): boolean =>
  one.scopes.every((scope) => activeSetOf(facts.inventory, scope).has(one.successor.anchorId)) &&
  !rotating.some(
    (other) => other.successor.anchorId === one.successor.anchorId && hasToMove(other, facts, rotating),
  );

const throughASoak = (one: Succession, facts: PlanningFacts): number =>
  reliedOnUntil(one, facts.now + facts.policy.soak, facts);

/**
 * A compromised anchor is cut at once. An anchor that expires before the soak ends is cut before it expires.
 */
function reliedOnUntil({ retiring }: Succession, ends: number, facts: PlanningFacts): number {
  const { policy, now } = facts;
  const margin = policy.safetyMargin;
  const isSoaking = !isCompromised(retiring.anchorId, facts);
  const soakEnds = Math.max(now, Math.min(ends, retiring.expiresAt - margin));
  return (isSoaking ? soakEnds : now) + margin;
}
