import { instant, secondsOf } from '../instant.ts';

/** How soon the next run comes when work is known to be waiting, in seconds. */
export const SOON = 300;

/**
 * How long after now the next daily sweep has begun and moved clients, in seconds. It starts within a quarter
 * of an hour of its time, and lists and proves before it moves anybody.
 */
export const UNTIL_SWEPT = 86_400 + 3_600;

/**
 * Returns the planned instant, or a soon one where the planned one has gone by. A soak of days may lie in
 * between, or minutes of reading. EventBridge refuses a time that is past by its own clock.
 */
export const notInThePast = (planned: string, now: number): string => soonest(secondsOf(planned), now);

/**
 * Returns the instant of a run that comes for something at `at`, or as soon as a run may come (Unix seconds;
 * ISO 8601).
 */
export const soonest = (at: number, now: number): string => instant(Math.max(at, now + SOON));

/** Returns the instant of a run that comes as soon as one may (ISO 8601). */
export const soonAfter = (now: number): string => soonest(now, now);
