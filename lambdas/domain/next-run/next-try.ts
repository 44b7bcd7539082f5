import { instant, secondsOf } from '../instant.ts';
import { lastNamed } from '../memory/journal.ts';
import { CLOCKS } from '../memory/lease.ts';
import type { PlanningFacts } from '../planning/facts.ts';
import { SOON } from './soonest.ts';

const DAY = 86_400;

/** The longest that anybody waits until a compromised anchor is tried again, in seconds. */
const LONGEST_GAP = 3_600;

/**
 * Returns when something compromised is tried again, where runs have halted since `failingSince` (both ISO
 * 8601). It is five minutes after the first halt, and then each time later by as long as they have been
 * halting. So a recovery is noticed before about twice its time has gone by.
 */
export const tryAgainAt = (failingSince: string, now: number): string =>
  instant(now + gapAfter(Math.max(0, now - secondsOf(failingSince))));

const gapAfter = (seconds: number): number => Math.min(SOON + seconds, LONGEST_GAP);

/**
 * Returns when a run comes at the latest, where another run sets an earlier time at its end, but may never
 * come to that end (ISO 8601).
 */
export const atTheLatest = (now: number): string => instant(now + LONGEST_GAP);

/**
 * Returns when something compromised and blocked is tried again (ISO 8601): five minutes after the last
 * emergency, and then each time later by as long as that is ago. Null once the daily sweep is as soon. The
 * person who uploads or stages what is missing starts a run.
 */
export function tryBlockedAgainAt({
  allowances = [],
  now,
}: Pick<PlanningFacts, 'allowances' | 'now'>): string | null {
  const gap = SOON + Math.max(0, now - Math.max(0, ...allowances.map(lastNamed)));
  return gap < DAY ? instant(now + gap) : null;
}

/**
 * Returns when a run that was planned to come next is tried, where the run before it has halted (ISO 8601).
 * It comes as planned, but no sooner than five minutes after the first such halt, and then each time later by
 * as long as that is ago. Null once the daily sweep is as soon. `isPutOff` is true where the halts alone set
 * the time. A time that was planned as soon as possible counts as such, since the plan had another clock.
 */
export function tryPlannedAgainAt(
  planned: string,
  failingSince: string,
  now: number,
): { at: string; isPutOff: boolean } | null {
  const soonest = now + SOON + Math.max(0, now - secondsOf(failingSince));
  const at = Math.max(secondsOf(planned), soonest);
  return at < now + DAY ? { at: instant(at), isPutOff: at <= soonest + CLOCKS } : null;
}

/**
 * Returns when something compromised is tried again that is left by a run for something else (ISO 8601). What
 * is blocked is tried again as late as {@link tryBlockedAgainAt} says. What is ready, and was only passed
 * over by this one run, is tried again as soon as after a halt: others may soak for days.
 */
export function tryLeftAgainAt(
  facts: Pick<PlanningFacts, 'allowances' | 'now'>,
  isPassedOver: boolean,
): string | null {
  const { allowances = [], now } = facts;
  return isPassedOver
    ? tryAgainAt(instant(Math.max(0, ...allowances.map(lastNamed))), now)
    : tryBlockedAgainAt(facts);
}
