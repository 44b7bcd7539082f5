import { jsonPrefix } from '../../lambdas/domain/json-prefix.ts';

// The engine drops every backslash from what an intrinsic function gives, so that JSON within JSON, as Lambda's causes
// are, comes out broken. A cause crosses it wrapped up, and is as Step Functions would have it on the other side.

const WRAPPED = /⟦([^⟧]*)⟧/g;

/** A failure with the cause that the engine may carry. */
export const wrapped = ({ name, message }: Error): Error =>
  Object.assign(new Error(`⟦${encodeURIComponent(message)}⟧`), { name });

/** A cause as it was before the engine had it, also where the machine has put several into one list. */
export function unwrapped(cause: string): string {
  const opened = (text: string) => text.replace(WRAPPED, (_, inner) => decodeURIComponent(inner));
  const list = jsonPrefix(cause);
  if (!list) return opened(cause); // a failure's own words, and no list of them
  const value = JSON.stringify(list.value, (_, one) => (typeof one === 'string' ? opened(one) : one));
  return value + opened(list.rest);
}

/** The input of a task, with the causes in it as they were. */
export function withCauses(input: unknown): unknown {
  const { halt } = Object(input) as { halt?: { Cause?: unknown } };
  if (typeof halt?.Cause !== 'string') return input;
  return { ...Object(input), halt: { ...halt, Cause: unwrapped(halt.Cause) } };
}
