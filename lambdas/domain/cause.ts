import type { ErrorName } from './errors.ts';
import { jsonPrefix } from './json-prefix.ts';

/**
 * Returns the operator's part of a cause. Lambda wraps an error's message in JSON, with a stack trace beside
 * it, and the machine lists a wave's scopes as JSON. Either may have added a few words behind, which tell of
 * another error.
 */
export function causeOf(cause: string): string {
  const start = cause.startsWith('[') ? 0 : Math.max(0, cause.indexOf('{'));
  const found = jsonPrefix(cause.slice(start));
  const words = found && wordsOf(found.value);
  return found && words !== null ? cause.slice(0, start) + words + causeOf(found.rest) : cause;
}

/**
 * The most characters of one scope's cause among others. Of a longer one only the operator's part is told.
 */
const LONGEST = 5_000;

/** Returns one scope's cause, short enough to stand beside those of others. */
export const shortened = (cause: string): string =>
  cause.length <= LONGEST ? cause : causeOf(cause).slice(0, LONGEST);

/**
 * Returns how many scopes a cause lists as halted; null where it lists none, since the halt was not of a
 * scope.
 */
export const haltedIn = (cause: string): number | null => listedIn(cause)?.length ?? null;

/** Whether a cause lists a scope as halted under this name. */
export const isAmongHalts = (cause: string, name: ErrorName): boolean =>
  listedIn(cause)?.some(({ error }) => error === name) ?? false;

function listedIn(cause: string): readonly Pick<Halt, 'error'>[] | null {
  const found = cause.startsWith('[') ? jsonPrefix(cause) : null;
  return Array.isArray(found?.value) ? found.value.map(Object) : null;
}

/** One scope of a wave that halted, as the machine's cause lists it. */
type Halt = { scope: string; error: string; cause: string };

function wordsOf(value: unknown): string | null {
  if (Array.isArray(value))
    return (value as Halt[])
      .map(({ scope, error, cause }) => `${scope}: ${error}: ${causeOf(cause)}`)
      .join(' | ');
  const { errorMessage } = Object(value) as { errorMessage?: unknown };
  return typeof errorMessage === 'string' ? errorMessage : null;
}
