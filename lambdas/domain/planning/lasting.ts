import { activeSetOf } from '../anchor.ts';
import { type ClientFacts, leadsTo, leafIn } from '../client.ts';
import { endOfSoak } from '../memory/soak.ts';
import { idsOf, soakOf, whereSoaked } from '../succession/resume.ts';
import { isCompromised } from './compromise.ts';
import type { Lasting, PlanningFacts, Succession } from './facts.ts';
import { reaching } from './reach.ts';
import { movedTo } from './readiness.ts';

/**
 * Whether somebody runs on something else than the successor alone, and is moved to what is staged for him, in a run that makes all of these: that begins a
 * soak anew (rule 5).
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

/** What retires by these pairs, and by those that another run has soaked for, though this one leaves them alone. */
export const retiringIn = (
  pairs: readonly { retiring: string }[],
  { memory }: Pick<PlanningFacts, 'memory'>,
): ReadonlySet<string> => new Set([...pairs, ...(memory?.soaks ?? [])].map(({ retiring }) => retiring));

/**
 * Whether a client that is moved to a successor begins every soak of that one anew: it runs on nothing that leads there, or on what leads to something that
 * retires as well, by a renewal of its key. Such a leaf may be refused by the filter of the successor, which nobody can read (F16). The same leaf with another
 * chain leads elsewhere.
 */
export const comesFromElsewhere = (
  { running, staged }: Pick<ClientFacts, 'running' | 'staged'>,
  successor: string,
  retiring: ReadonlySet<string>,
): boolean =>
  (!leadsTo(running, successor) || leafIn(running)?.chainsTo.some((id) => retiring.has(id)) === true) &&
  leafIn(staged)?.chain !== leafIn(running)?.chain;

/**
 * A leaf is relied on until the soak ends, and for the safety margin after it. Where nothing soaks, or the soak has been served, the margin is enough (rule 5).
 * A run waits for the longest soak of all that it cuts.
 */
export function lastingFor(rotating: readonly Succession[], facts: PlanningFacts): Lasting {
  // What an earlier run has cut is only confirmed, and soaks no more.
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

/** When a succession has soaked in a run that makes all of these, in Unix seconds: where it was by the soak that it has begun, and after a whole one where nobody has begun it, or it begins anew (I11). */
export function endOfItsSoak(one: Succession, facts: PlanningFacts, rotating: readonly Succession[]): number {
  const { policy, memory, now } = facts;
  const whole = now + policy.soak;
  const soak = soakOf(idsOf(one), memory?.soaks ?? []);
  if (!soak || whereSoaked(one, facts) !== one) return whole;
  return isUninterrupted(one, facts, rotating) ? endOfSoak(soak, policy.soak) : whole;
}

/**
 * Whether a soak goes on where it was: nobody has ended the overlap, which would begin it anew with the activation, and nobody has to be moved to its successor,
 * be it from something else that retires in its favour (I11).
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

/** What is compromised is cut at once, and what expires before a soak has ended is cut before it does. */
function reliedOnUntil({ retiring }: Succession, ends: number, facts: PlanningFacts): number {
  const { policy, now } = facts;
  const margin = policy.safetyMargin;
  const isSoaking = !isCompromised(retiring.anchorId, facts);
  const soakEnds = Math.max(now, Math.min(ends, retiring.expiresAt - margin));
  return (isSoaking ? soakEnds : now) + margin;
}
