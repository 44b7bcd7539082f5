import { type ErrorName, WindlassError } from '../../domain/errors.ts';
import { scrub } from '../scrub.ts';

/** How every AWS client is built: three attempts of a few seconds each, since the workflow owns the longer waits. */
export const awsClientSettings = {
  maxAttempts: 3,
  requestHandler: { connectionTimeout: 2_000, requestTimeout: 5_000, throwOnRequestTimeout: true },
};

/** True where DynamoDB refused a write since its condition did not hold. */
export const isConditionUnmet = (error: unknown): boolean =>
  awsRefusal(error).name === 'ConditionalCheckFailedException';

/** What AWS calls a call that is not allowed: no outage, and once a deployment is over somebody has to grant it. */
const NOT_ALLOWED = new Set(['AccessDeniedException', 'AccessDenied', 'KMSAccessDeniedException']);

/** True where the role may not make a call. */
export const isNotAllowed = (error: unknown): boolean => NOT_ALLOWED.has(awsRefusal(error).name);

/** A failed call as one of our errors: `unavailable`, or `AwsRefused` where the role may not make it. */
export function awsError(unavailable: ErrorName, what: string, error: unknown): WindlassError {
  const { name, message } = awsRefusal(error);
  const told = isNotAllowed(error) ? 'AwsRefused' : unavailable;
  return new WindlassError(told, `${what}: ${inOneLine({ name, message })}`, { cause: { name } });
}

/** A refusal for people: a name that every error has says nothing. */
export const inOneLine = ({ name, message }: { name: string; message: string }): string =>
  /^(Type)?Error$/.test(name) ? message : `${name}: ${message}`;

/** What AWS said, or the socket did: the error's name and message, fit for errors and logs (I14). */
export function awsRefusal(error: unknown): { name: string; message: string } {
  const { name, message } = error instanceof Error ? error : { name: 'Error', message: String(error) };
  // The parser's own message quotes the answer, and that may be a secret's value.
  if (error instanceof SyntaxError) return { name, message: 'the answer is not the JSON that was expected' };
  return { name: scrub(name), message: scrub(message) };
}
