import { instant, secondsOf } from '../instant.ts';
import { lastNamed } from '../memory/journal.ts';
import { CLOCKS } from '../memory/lease.ts';
import type { PlanningFacts } from '../planning/facts.ts';
import { SOON } from './soonest.ts';

const DAY = 86_400;

/** The longest that anybody waits until a compromised anchor is tried again, in seconds. */
const LONGEST_GAP = 3_600;

/**
 * The instant of the next try at what is compromised, where runs have halted since then (ISO 8601): five minutes after the first of
 * them, and then each time later by as long as they have been halting. A recovery that took some time is noticed before about twice that
 * time has gone by.
 */
export const tryAgainAt = (failingSince: string, now: number): string =>
  instant(now + gapAfter(Math.max(0, now - secondsOf(failingSince))));

const gapAfter = (seconds: number): number => Math.min(SOON + seconds, LONGEST_GAP);

/** The instant of a run that comes where the end of another, which sets its own, may never come (ISO 8601). */
export const atTheLatest = (now: number): string => instant(now + LONGEST_GAP);

/** About how many of those tries there have been by now: each run takes its own time as well. */
export function triesSince(failingSince: string, now: number): number {
  const gone = now - secondsOf(failingSince);
  let tries = 0;
  for (let at = 0; at < gone; at += gapAfter(at)) tries++;
  return tries;
}

/**
 * The instant of the next try at what is compromised and blocked (ISO 8601): five minutes after the last emergency, and then
 * each time later by as long as that is ago. Null once the daily sweep is as soon: who uploads or stages what is missing starts a run.
 */
export function tryBlockedAgainAt({
  allowances = [],
  now,
}: Pick<PlanningFacts, 'allowances' | 'now'>): string | null {
  const gap = SOON + Math.max(0, now - Math.max(0, ...allowances.map(lastNamed)));
  return gap < DAY ? instant(now + gap) : null;
}

/**
 * When a run is tried that was planned to come next, where what it was to follow has halted (ISO 8601): as planned, and no sooner than five
 * minutes after the first such halt, and then each time later by as long as that is ago. Null once the daily sweep is as soon. `isPutOff` where
 * it comes for that and for nothing else: one that was planned as soon as any may come was so by the clock of its plan.
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
 * The instant of the next try at what is compromised and left by a run that rotates something else (ISO 8601). What is blocked is tried
 * again as late as {@link tryBlockedAgainAt} says. What is ready, and this one run has only passed over, is tried again as soon as after a
 * halt: others may soak for days.
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
