/** Returns a time in Unix seconds as the ISO 8601 instant that documents, memories and people read. */
export const instant = (seconds: number): string => new Date(seconds * 1000).toISOString();

/** Returns an ISO 8601 instant in Unix seconds; `NaN` for any other text. */
export const secondsOf = (iso: string): number => Date.parse(iso) / 1000;

/**
 * Returns an instant with its milliseconds, which some writers leave out where these are zero: keys of the
 * table are compared as texts. Any other text stays as it is.
 */
export const withMilliseconds = (iso: string): string =>
  Number.isNaN(Date.parse(iso)) ? iso : new Date(iso).toISOString();

/** Returns the day of a time in Unix seconds, in UTC; where that is today, the time as well. */
export const dayOrTimeOf = (seconds: number, now: number): string =>
  dayOf(seconds) === dayOf(now) ? instant(seconds) : dayOf(seconds);

/** Returns the day of a time in Unix seconds, in UTC: `2026-11-02`. */
export const dayOf = (seconds: number): string => instant(seconds).slice(0, 10);
