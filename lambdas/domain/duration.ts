import * as z from 'zod';
import { shown } from './bad-fields.ts';
import { WindlassError } from './errors.ts';

const DURATION = /^P(?:(\d+)W)?(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?$/;
const SECONDS = [604_800, 86_400, 3_600, 60, 1];

/**
 * Returns the seconds in an ISO 8601 duration of weeks, days, hours, minutes and seconds; null where the text
 * is not one.
 */
export function durationSeconds(text: string): number | null {
  const match = DURATION.exec(text);
  if (!match || text === 'P' || text.endsWith('T')) return null;
  return SECONDS.reduce((total, unit, i) => total + unit * Number(match[i + 1] ?? 0), 0);
}

/**
 * Returns the seconds in an ISO 8601 duration that has been checked. Throws `InvalidInput` rather than return
 * a length that nobody wrote.
 */
export function secondsIn(text: string): number {
  const seconds = durationSeconds(text);
  if (seconds !== null) return seconds;
  throw new WindlassError('InvalidInput', notADuration(text));
}

/** Returns a length of time in whole seconds as an ISO 8601 duration, such as `P7D` or `P1DT12H`. */
export function durationText(seconds: number): string {
  const [days, ...times] = [86_400, 3_600, 60, 1].map((unit, i, units) =>
    Math.floor((i === 0 ? seconds : seconds % (units[i - 1] ?? 1)) / unit),
  );
  const time = times.map((count, i) => (count ? `${count}${'HMS'[i]}` : '')).join('');
  if (!days && !time) return 'PT0S';
  return `P${days ? `${days}D` : ''}${time ? `T${time}` : ''}`;
}

/** Ten years: no certificate of ours lives longer, and a sum of such times is still a date. */
const LONGEST = 3_650 * 86_400;

/** A length of time in seconds that somebody wrote as a duration. The brand keeps any other number out. */
const secondsSchema = z.int().min(0).max(LONGEST).brand<'Seconds'>();

/**
 * An ISO 8601 duration such as `P30D` or `PT12H`, read into seconds. Years and months are refused, since
 * their length varies. An unreadable text is an issue and never zero: a soak of zero would be no soak.
 */
export const durationSchema = z.codec(z.string({ error: notText }), secondsSchema, {
  decode: (text, context) => {
    const seconds = durationSeconds(text);
    if (seconds !== null && seconds <= LONGEST) return seconds;
    context.issues.push({
      code: 'custom',
      input: text,
      message: notADuration(text),
    });
    return z.NEVER;
  },
  encode: durationText,
});

/** A person may have written a number of days or of seconds instead of a duration. */
function notText({ input }: { input?: unknown }): string | undefined {
  return input === undefined ? undefined : notADuration(input);
}

const notADuration = (written: unknown): string =>
  `${shown(written)} is not an ISO 8601 duration in weeks, days, hours, minutes or seconds, such as "P30D", of at most "P3650D"`;
