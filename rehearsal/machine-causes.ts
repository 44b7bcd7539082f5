// The engine drops every backslash from what an intrinsic function gives, so that JSON within JSON, as Lambda's causes
// are, comes out broken. A cause crosses it wrapped up, and is as Step Functions would have it on the other side.

const WRAPPED = /⟦([^⟧]*)⟧/g;

/** A failure with the cause that the engine may carry. */
export const wrapped = ({ name, message }: Error): Error =>
  Object.assign(new Error(`⟦${encodeURIComponent(message)}⟧`), { name });

/** A cause as it was before the engine had it, also where the machine has put several into one list. */
export function unwrapped(cause: string): string {
  const opened = (text: string) => text.replace(WRAPPED, (_, inner) => decodeURIComponent(inner));
  try {
    return JSON.stringify(
      JSON.parse(cause, (_, value) => (typeof value === 'string' ? opened(value) : value)),
    );
  } catch {
    return opened(cause); // a failure's own words, and no list of them
  }
}

/** The input of a task, with the causes in it as they were. */
export function withCauses(input: unknown): unknown {
  const { halt } = Object(input) as { halt?: { Cause?: unknown } };
  if (typeof halt?.Cause !== 'string') return input;
  return { ...Object(input), halt: { ...halt, Cause: unwrapped(halt.Cause) } };
}
