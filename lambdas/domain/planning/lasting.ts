import { leadsTo, leafIn } from '../client.ts';
import { servedSoak } from '../succession/resume.ts';
import { isCompromised } from './compromise.ts';
import type { PlanningFacts, Succession } from './facts.ts';
import { reaches } from './reach.ts';

/** Until when a leaf has to be valid for a succession to rely on it, in Unix seconds (I19). */
export type Lasting = (succession: Succession) => number;

/**
 * Whether a client runs on something else than the successor alone, and has another leaf of that one to be moved to, or the same with another chain. Nobody is
 * moved to what no host takes, or no path leads from.
 */
export const hasToMove = (
  { retiring, successor, scopes }: Succession,
  { clients = [], now }: Pick<PlanningFacts, 'clients' | 'now'>,
): boolean =>
  clients.some((client) => {
    const staged = leafIn(client.staged);
    return (
      staged !== null &&
      (leadsTo(client.running, retiring.anchorId) || !leadsTo(client.running, successor.anchorId)) &&
      staged.problems.length === 0 &&
      (staged.validUntil[successor.anchorId] ?? 0) > now &&
      staged.chain !== leafIn(client.running)?.chain &&
      scopes.some((scope) => reaches(client, scope))
    );
  });

/**
 * A leaf is relied on until the soak ends, and for the safety margin after it. Where nothing soaks, or the soak has been
 * served, the margin is enough (rule 5): unless a client has to be moved from something else, since that begins the soak anew (I11, I19).
 */
export function lastingFor(facts: PlanningFacts): Lasting {
  const { policy, now } = facts;
  const [soak, margin] = [policy.soak, policy.safetyMargin];
  const untilOf = (one: Succession): number => {
    const isOver = servedSoak(one, facts) !== undefined && !hasToMove(one, facts);
    const isSoaking = !isCompromised(one.retiring.anchorId, facts) && !isOver;
    const soakEnds = Math.max(now, Math.min(now + soak, one.retiring.expiresAt - margin));
    return (isSoaking ? soakEnds : now) + margin;
  };
  // Asked for each client in each scope.
  const known = new Map<Succession, number>();
  return (one) => {
    const until = known.get(one) ?? untilOf(one);
    known.set(one, until);
    return until;
  };
}
