import { instant, secondsOf } from '../instant.ts';
import type { CarriedPlan } from '../plan-document.ts';
import { tryPlannedAgainAt } from './next-try.ts';

/** Between two sweeps, in seconds. */
const A_DAY = 86_400;

/** A run that went wrong: what it had planned, if it had got as far, and since when runs have come one after the other and left the same undone (ISO 8601). */
type Failed = {
  plan: Pick<CarriedPlan, 'decision' | 'successions' | 'nextRotationAt'> | undefined;
  /** Another run counted on this one: nobody else comes for the same before the sweep. */
  isExpected: boolean;
  /** A person has stopped it, and decides himself what is too late for the sweep. */
  isStopped: boolean;
  failingSince: string;
};

/**
 * The next try at what a run has left undone that went wrong, and at what was to follow it (rule 6); null once the daily sweep is as soon. `now` in
 * Unix seconds.
 */
export function tryAfterHalt(
  { plan, isExpected, isStopped, failingSince }: Failed,
  now: number,
): ReturnType<typeof tryPlannedAgainAt> {
  // Where an expected one has no plan nobody knows what it was to do (I9).
  const isSoon = plan ? !isStopped && isOverBeforeTheSweep(plan, now) : isExpected;
  const planned = isSoon ? instant(now) : plan?.nextRotationAt;
  return planned ? tryPlannedAgainAt(planned, failingSince, now) : null;
}

/**
 * Whether something that a run was to rotate expires before the daily sweep, or has within a day: whoever is ready would be outside by then, or is. What has been over for longer
 * the sweeps try (I13).
 */
const isOverBeforeTheSweep = (
  { decision, successions }: Pick<CarriedPlan, 'decision' | 'successions'>,
  now: number,
): boolean =>
  decision === 'rotate' &&
  successions.some(
    ({ retiringExpiresAt, resumed }) => !resumed && Math.abs(secondsOf(retiringExpiresAt) - now) < A_DAY,
  );
