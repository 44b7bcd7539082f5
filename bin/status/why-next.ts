import { secondsOf } from '../../lambdas/domain/instant.ts';
import type { Lease } from '../../lambdas/domain/memory/lease.ts';
import { soonAfter } from '../../lambdas/domain/next-run/soonest.ts';
import type { Rotation } from '../journal/rotations.ts';
import { readable } from '../terminal/dates.ts';
import { type NextRun, STARTS } from './next-run.ts';

/**
 * Why the one-time schedule fires when it does, according to the journal of the run that has set it (rule 6).
 * Null for the sweep, and when no recorded run has set it. `lease` is the lease that was given last.
 */
export function whyNext(
  { at, by, failingSince }: NextRun,
  { rotations, lease }: { rotations: readonly Rotation[]; lease: Lease | null },
): string | null {
  if (at === null || by !== STARTS.next) return null;
  if (failingSince) return `it tries again what has been left undone since ${readable(failingSince)}`;
  const setter = rotations.findLast(({ entries }) =>
    entries.some(({ event, detail }) => SETS.has(event) && Object(detail).nextRotationAt === at),
  );
  if (!setter?.planned) return null;
  const { nextRotationAt, plannedAt, leftAgainAt } = setter.planned;
  const lateUntil = lease?.holder === setter.execution ? lease.lateUntil : undefined;
  if (lateUntil && (at === lateUntil || (nextRotationAt === lateUntil && at !== leftAgainAt)))
    return 'it looks again, since a call of the run that was taken over may have come late';
  if (at === leftAgainAt) return 'it tries again what is compromised and blocked, or could not be seen';
  if (typeof nextRotationAt !== 'string' || at < nextRotationAt)
    return 'something was named as compromised while the last run was at work';
  if (nextRotationAt === soonAfter(secondsOf(String(plannedAt)))) return 'it takes up what the last run left';
  return 'an anchor comes due';
}

/**
 * Events that set the schedule. A run that goes through sets it in a step of its own; a run that halts sets
 * it in Release.
 */
const SETS: ReadonlySet<string> = new Set(['scheduled', 'ended']);
