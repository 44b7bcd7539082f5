import { InvalidArgumentError } from 'commander';
import { dayOf, instant, secondsOf } from '../../lambdas/domain/instant.ts';

const INSTANT = /^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:\d{2}))?$/;

/**
 * Reads an option's ISO 8601 date or instant as Unix seconds. An instant without an offset is refused: it
 * would mean another time on another machine.
 */
export function parseInstant(text: string): number {
  const seconds = INSTANT.test(text) ? secondsOf(text) : Number.NaN;
  // Date.parse turns 31 February into a day in March. A date that does not come back as written does not
  // exist.
  const day = text.slice(0, 10);
  const exists = !Number.isNaN(secondsOf(day)) && instant(secondsOf(day)).startsWith(day);
  if (Number.isNaN(seconds) || !exists)
    throw new InvalidArgumentError(
      'It is not an ISO 8601 instant such as 2026-11-02T09:00:00Z, or a date such as 2026-11-02.',
    );
  return Math.floor(seconds);
}

/** An ISO 8601 instant as people read it: `2026-11-02 09:00 UTC`. */
export const readable = (iso: string): string =>
  `${instant(secondsOf(iso)).slice(0, 16).replace('T', ' ')} UTC`;

/** The day of an ISO 8601 instant: `2026-11-02`. */
export const day = (iso: string): string => dayOf(secondsOf(iso));

const UNITS: [number, string][] = [
  [86_400, 'day'],
  [3_600, 'hour'],
  [60, 'minute'],
  [1, 'second'],
];

/** A length of time in its largest unit, to a tenth: `7 days`, `1.5 hours`. */
export function lengthOf(seconds: number): string {
  const [size, unit] = UNITS.find(([size]) => seconds >= size) ?? [1, 'second'];
  return plural(Math.round((seconds / size) * 10) / 10, unit);
}

/** `1 scope`, `2 scopes`, `1,204 requests`. */
export const plural = (count: number, noun: string): string =>
  `${count.toLocaleString('en-US')} ${noun}${count === 1 ? '' : 's'}`;
