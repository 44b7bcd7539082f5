import type { ZodError } from 'zod';
import { didYouMean } from './closest.ts';

/** Room for every field of a document that a person wrote, and far less than Step Functions gives a cause. */
const MAX_LENGTH = 4_000;

/**
 * Every bad field of a failed parse as `path: message`, joined by `; `; `whole` stands for the value itself, and `known` are
 * the keys that an unknown one may have been meant for. No value is shown.
 */
export function badFields(error: ZodError, whole: string, known: readonly string[] = []): string {
  const fields = error.issues
    .flatMap((issue) => fieldsOf(issue, known))
    .map(({ path, message }) => `${path.join('.') || whole}: ${message}`)
    .join('; ');
  return fields.length > MAX_LENGTH ? `${fields.slice(0, MAX_LENGTH - 1)}…` : fields;
}

/** What an issue says, field by field: a key that is not known stands at the end of its path. */
export const fieldsOf = (
  issue: ZodError['issues'][number],
  known: readonly string[],
): { path: PropertyKey[]; message: string }[] =>
  issue.code === 'unrecognized_keys'
    ? issue.keys.map((key) => ({
        path: [...issue.path, key],
        message: `is not known here${didYouMean(key, known)}`,
      }))
    : [{ path: issue.path, message: inPlainWords(issue.message) }];

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

/** An issue's message, where it is zod's own of a value of the wrong kind, for somebody who knows no zod. */
export function inPlainWords(message: string): string {
  const [, wanted = '', found = ''] = /^Invalid input: expected (\w+), received (\w+)$/.exec(message) ?? [];
  if (!wanted) return message;
  if (found === 'undefined') return 'is missing';
  return `is ${KINDS[found] ?? found}, and has to be ${KINDS[wanted] ?? wanted}`;
}
