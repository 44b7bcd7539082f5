import type { core, ZodError } from 'zod';
import { didYouMean } from './closest.ts';

/**
 * The most characters of a message. There is room for every field of a document that a person wrote, and Step
 * Functions gives a cause far more.
 */
const MAX_LENGTH = 4_000;

/**
 * Returns every bad field of a failed parse as `path: message`, joined by `; `. `whole` stands for the value
 * itself, and `known` are the keys that an unknown key may have been meant for. No value is shown, except by
 * the schema's own words and by {@link valueError}.
 */
export function badFields(error: ZodError, whole: string, known: readonly string[] = []): string {
  const lines = error.issues
    .flatMap((issue) => fieldsOf(issue, known))
    .map(({ path, message }) => `${path.join('.') || whole}: ${message}`);
  return withinRoom(distinct(lines).join('; '));
}

/** Returns each line once, since several rules of one field may say the same. */
export const distinct = (lines: readonly string[]): string[] => [...new Set(lines)];

/** Returns a message, cut where a value or a key would fill the screen. */
export const withinRoom = (text: string): string =>
  text.length > MAX_LENGTH ? `${text.slice(0, MAX_LENGTH - 1)}…` : text;

/**
 * Returns what an issue says, field by field. A key that is unknown, or is no key, stands at the end of its
 * path. The known keys are listed once, behind the last unknown key that resembles none of them.
 */
export function fieldsOf(
  issue: ZodError['issues'][number],
  known: readonly string[],
): { path: PropertyKey[]; message: string }[] {
  if (issue.code === 'unrecognized_keys') {
    const last = issue.keys.findLast((key) => !didYouMean(key, known));
    return issue.keys.map((key) => ({
      path: [...issue.path, key],
      message: `is not known here${key === last ? there(known) : didYouMean(key, known)}`,
    }));
  }
  const messages =
    issue.code === 'invalid_key' ? issue.issues.map(({ message }) => message) : [issue.message];
  return messages.map((message) => ({ path: issue.path, message: inPlainWords(message) }));
}

const there = (known: readonly string[]): string =>
  known.length > 0 ? ` (there are ${known.join(', ')})` : '';

/**
 * Returns what is wrong with a value where its schema does not say what would be right: the value, and its
 * bounds or its choices. Only for `safeParse` of what a person has written and may see again.
 */
export function valueError(issue: core.$ZodRawIssue): string | undefined {
  const { code, input } = issue;
  if (input === undefined) return 'is missing';
  if (code === 'invalid_value') return noChoice(input, issue.values);
  if (code === 'invalid_type' && isTold(input)) return `${shown(input)} is not ${kind(issue.expected)}`;
  if (code === 'too_small') return `${shown(input)} is not ${bound(issue.origin, issue.minimum, 'least')}`;
  if (code === 'too_big') return `${shown(input)} is not ${bound(issue.origin, issue.maximum, 'most')}`;
  return undefined;
}

/** True for a plain word or a number. Of a key, a PEM or a URL only its kind is told (I14). */
const isTold = (value: unknown): boolean =>
  typeof value === 'string'
    ? /^[\w .,:+-]{0,40}$/.test(value) && !/^(?:sk|sess|rk|ek)-/.test(value)
    : ['number', 'boolean'].includes(typeof value);

function noChoice(input: unknown, values: readonly unknown[]): string {
  const names = values.map(String);
  if (typeof input === 'string')
    return `${shown(input)} is none of ${names.join(', ')}${didYouMean(input, names)}`;
  const quotes = names.includes(String(input)) ? `: put it in double quotes, "${input}"` : '';
  return `${shown(input)} is none of ${values.map((value) => JSON.stringify(value)).join(', ')}${quotes}`;
}

/** Returns the bound of a value of a kind that zod counts, in words. */
function bound(origin: string, limit: number | bigint, side: 'least' | 'most'): string {
  if (origin === 'string') return `text with a length of at ${side} ${limit}`;
  if (origin === 'array') return `a list with a length of at ${side} ${limit}`;
  return `a number ${side === 'least' ? `from ${limit} up` : `up to ${limit}`}`;
}

/**
 * Characters that drive a terminal, break a line or turn a text round. No text that people read may have one.
 */
const UNPRINTABLE = /[\p{Cc}\p{Zl}\p{Zp}\p{Bidi_Control}]/u;

/** True for a text that can be shown as it is, on one line. */
export const isPrintable = (text: string): boolean => !UNPRINTABLE.test(text);

/** The most characters of a value in a message. */
const ROOM = 200;

/** Returns a value for a message: as JSON, with its control characters escaped, and cut where it is long. */
export function shown(value: unknown): string {
  const text = JSON.stringify(value) ?? String(value);
  const cut = text.length > ROOM ? `${text.slice(0, ROOM)}… (${text.length} characters)` : text;
  return cut.replace(new RegExp(UNPRINTABLE, 'gu'), escaped);
}

/** Returns an invisible character as JSON may write it. */
export const escaped = (char: string): string => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`;

/** Kinds of JSON values as zod names them, in words for a person who writes JSON. */
const KINDS: Record<string, string> = {
  object: 'an object such as {…}',
  record: 'an object such as {…}',
  array: 'a list such as […]',
  string: 'text in double quotes',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
};

const kind = (name: string): string => KINDS[name] ?? name;

/**
 * Returns zod's own message about a value of the wrong kind in words for a person who does not know zod; any
 * other message as it is.
 */
function inPlainWords(message: string): string {
  const [, wanted = '', found = ''] = /^Invalid input: expected (\w+), received (\w+)$/.exec(message) ?? [];
  if (!wanted) return message;
  if (found === 'undefined') return 'is missing';
  return `is ${kind(found)}, and has to be ${kind(wanted)}`;
}
