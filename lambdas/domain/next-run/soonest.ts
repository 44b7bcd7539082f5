import { instant, secondsOf } from '../instant.ts';

/** How soon the next run comes when work is known to be waiting, in seconds. */
export const SOON = 300;

/**
 * The instant that was planned, or soon when it has gone by: a soak of days may lie in between, or minutes of reading, and EventBridge takes
 * no time that is past, by its own clock.
 */
export const notInThePast = (planned: string, now: number): string => soonest(secondsOf(planned), now);

/** The instant of a run that comes for something at `at`, or as soon as one may (Unix seconds; ISO 8601). */
export const soonest = (at: number, now: number): string => instant(Math.max(at, now + SOON));

/** The instant of a run that comes as soon as one may (ISO 8601). */
export const soonAfter = (now: number): string => soonest(now, now);
