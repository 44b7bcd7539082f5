import { instant, secondsOf } from '../instant.ts';
import type { CarriedPlan } from '../plan-document/carried-plan.ts';
import { tryPlannedAgainAt } from './next-try.ts';
import { UNTIL_SWEPT } from './soonest.ts';

const A_DAY = 86_400;

/**
 * A run that went wrong. `plan` is what it had planned, if it had got as far. `failingSince` is since when
 * runs have come one after the other and left the same undone (ISO 8601).
 */
type Failed = {
  plan: Pick<CarriedPlan, 'decision' | 'successions' | 'nextRotationAt'> | undefined;
  /** `true` where another run counted on this one: nobody else comes for the same before the sweep. */
  isExpected: boolean;
  /** `true` where a person has stopped it. That person decides what is too late for the sweep. */
  isStopped: boolean;
  failingSince: string;
};

/**
 * Returns when to try again what a failed run has left undone, and what was to follow it (rule 6); null once
 * the daily sweep is as soon. `now` in Unix seconds.
 */
export function tryAfterHalt(
  { plan, isExpected, isStopped, failingSince }: Failed,
  now: number,
): ReturnType<typeof tryPlannedAgainAt> {
  // Where an expected run has no plan, nobody knows what it was to do (I9).
  const isSoon = plan ? !isStopped && isOverBeforeTheSweep(plan, now) : isExpected;
  const planned = isSoon ? instant(now) : plan?.nextRotationAt;
  return planned ? tryPlannedAgainAt(planned, failingSince, now) : null;
}

/**
 * Whether something that a run was to rotate expires before the daily sweep, or expired within a day. A
 * client that is ready would be outside by then, or is outside now. What expired earlier is left to the
 * sweeps (I13).
 */
const isOverBeforeTheSweep = (
  { decision, successions }: Pick<CarriedPlan, 'decision' | 'successions'>,
  now: number,
): boolean =>
  decision === 'rotate' &&
  successions.some(({ retiringExpiresAt, resumed }) => {
    const left = secondsOf(retiringExpiresAt) - now;
    return !resumed && left > -A_DAY && left < UNTIL_SWEPT;
  });
