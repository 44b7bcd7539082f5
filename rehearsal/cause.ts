/**
 * The operator's part of a cause: Lambda wraps an error's message in JSON, with a stack trace beside it, and the
 * machine may have added a few words behind, in which another such error may be told.
 */
export function causeOf(cause: string): string {
  if (cause.startsWith('[')) {
    const halts = parsed(cause);
    if (Array.isArray(halts))
      return (halts as Halt[])
        .map(({ scope, error, cause }) => `${scope}: ${error}: ${causeOf(cause)}`)
        .join(' | ');
  }
  const start = cause.indexOf('{');
  for (const { index } of start === -1 ? [] : cause.matchAll(/\}(?=; |$)/g)) {
    const error = parsed(cause.slice(start, index + 1)) as { errorMessage?: unknown } | undefined;
    if (typeof error?.errorMessage === 'string')
      return cause.slice(0, start) + error.errorMessage + causeOf(cause.slice(index + 1));
  }
  return cause;
}

/** One scope of a wave that halted, as the machine's cause lists it. */
type Halt = { scope: string; error: string; cause: string };

function parsed(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return undefined;
  }
}
