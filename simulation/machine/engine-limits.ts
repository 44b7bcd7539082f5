/** Bytes of JSON that a state may take in or give back (Step Functions). */
const MOST_BYTES = 262_144;

/** An error that no Retry and no Catch ever sees, as some of Step Functions' own; the engine asks the error itself. */
export class TerminalError extends Error {
  readonly isRetryable = false;
  readonly isCatchable = false;
}

/** How Step Functions ends an execution whose state would carry too much, or null when it would not. */
export function excessOf(state: string, value: unknown): { error: string; cause: string } | null {
  const bytes = Buffer.byteLength(JSON.stringify(value) ?? 'null');
  if (bytes <= MOST_BYTES) return null;
  const cause = `The state '${state}' would carry ${bytes} bytes of data; at most ${MOST_BYTES} are allowed.`;
  return { error: 'States.DataLimitExceeded', cause };
}

/** The value as JSON carries it; throws what {@link excessOf} finds. */
export function limited(state: string, value: unknown): unknown {
  const excess = excessOf(state, value);
  if (excess) throw Object.assign(new TerminalError(excess.cause), { name: excess.error });
  return JSON.parse(JSON.stringify(value) ?? 'null');
}
