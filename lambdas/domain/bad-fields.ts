import type { core, ZodError } from 'zod';
import { didYouMean } from './closest.ts';

/** Room for every field of a document that a person wrote, and far less than Step Functions gives a cause. */
const MAX_LENGTH = 4_000;

/**
 * Every bad field of a failed parse as `path: message`, joined by `; `; `whole` stands for the value itself, and `known` are
 * the keys that an unknown one may have been meant for. No value is shown, but for what the schema's own words and {@link valueError} show.
 */
export function badFields(error: ZodError, whole: string, known: readonly string[] = []): string {
  const lines = error.issues
    .flatMap((issue) => fieldsOf(issue, known))
    .map(({ path, message }) => `${path.join('.') || whole}: ${message}`);
  return withinRoom(distinct(lines).join('; '));
}

/** What is said of a document, each of it once: several rules of one field may say the same of it. */
export const distinct = (lines: readonly string[]): string[] => [...new Set(lines)];

/** What is said of a whole document, cut where a value or a key of it would fill the screen. */
export const withinRoom = (text: string): string =>
  text.length > MAX_LENGTH ? `${text.slice(0, MAX_LENGTH - 1)}…` : text;

/**
 * What an issue says, field by field: a key that is not known, or is no key, stands at the end of its path. What is known there is said
 * once, behind the last of those that are not like any of it.
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
 * What is wrong with a value where its schema does not say what would be right: the value, and its bounds or its choices.
 * For `safeParse` of what a person has written and may be shown again.
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

/** True of what is a word or a number at a glance. Where somebody has put a key, a PEM or a URL, its kind alone is told (I14). */
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

/** Something of a kind that zod counts, with its bound. */
function bound(origin: string, limit: number | bigint, side: 'least' | 'most'): string {
  if (origin === 'string') return `text with a length of at ${side} ${limit}`;
  if (origin === 'array') return `a list with a length of at ${side} ${limit}`;
  return `a number ${side === 'least' ? `from ${limit} up` : `up to ${limit}`}`;
}

/** Drives a terminal, breaks a line or turns a text round: nothing that people read may have one. */
const UNPRINTABLE = /[\p{Cc}\p{Zl}\p{Zp}\p{Bidi_Control}]/u;

/** True of a text that is shown as it is, on one line. */
export const isPrintable = (text: string): boolean => !UNPRINTABLE.test(text);

/** As much of a value as a message has room for. */
const ROOM = 200;

/** A value for a message: as JSON, its control characters escaped, and cut where it is long. */
export function shown(value: unknown): string {
  const text = JSON.stringify(value) ?? String(value);
  const cut = text.length > ROOM ? `${text.slice(0, ROOM)}… (${text.length} characters)` : text;
  return cut.replace(new RegExp(UNPRINTABLE, 'gu'), escaped);
}

/** A character as JSON may write it, for one that nobody sees. */
export const escaped = (char: string): string => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`;

/** Kinds of JSON values as zod names them, for whoever writes JSON. */
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

/** An issue's message, where it is zod's own of a value of the wrong kind, for somebody who knows no zod. */
function inPlainWords(message: string): string {
  const [, wanted = '', found = ''] = /^Invalid input: expected (\w+), received (\w+)$/.exec(message) ?? [];
  if (!wanted) return message;
  if (found === 'undefined') return 'is missing';
  return `is ${kind(found)}, and has to be ${kind(wanted)}`;
}
