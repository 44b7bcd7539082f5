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
    : [{ path: issue.path, message: issue.message }];
