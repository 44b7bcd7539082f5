/**
 * The operator's part of a cause: Lambda wraps an error's message in JSON, with a stack trace beside it, and the
 * machine may have added a few words behind.
 */
export function causeOf(cause: string): string {
  const [, json = cause, words = ''] = /^(\{.*\})(; .*)$/s.exec(cause) ?? [];
  try {
    const parsed = JSON.parse(json) as { errorMessage?: unknown } | Halt[];
    if (Array.isArray(parsed))
      return parsed.map(({ scope, error, cause }) => `${scope}: ${error}: ${causeOf(cause)}`).join(' | ');
    return typeof parsed.errorMessage === 'string' ? parsed.errorMessage + words : cause;
  } catch {
    return cause;
  }
}

/** One scope of a wave that halted, as the machine's cause lists it. */
type Halt = { scope: string; error: string; cause: string };
