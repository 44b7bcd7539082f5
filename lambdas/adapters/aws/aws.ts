import { type ErrorName, WindlassError } from '../../domain/errors.ts';
import { scrub } from '../scrub.ts';

/**
 * The settings of every AWS client: three attempts of a few seconds each, because the workflow owns the
 * longer waits.
 */
export const awsClientSettings = {
  maxAttempts: 3,
  requestHandler: { connectionTimeout: 2_000, requestTimeout: 5_000, throwOnRequestTimeout: true },
};

/** Whether DynamoDB refused a write because its condition did not hold. */
export const isConditionUnmet = (error: unknown): boolean =>
  awsRefusal(error).name === 'ConditionalCheckFailedException';

/**
 * AWS's names for a call that is not allowed. It is no outage: once a deployment is over, somebody has to
 * grant the permission.
 */
const NOT_ALLOWED = new Set(['AccessDeniedException', 'AccessDenied', 'KMSAccessDeniedException']);

/** Whether AWS refused a call that the role may not make. */
export const isNotAllowed = (error: unknown): boolean => NOT_ALLOWED.has(awsRefusal(error).name);

/**
 * Returns a failed call as one of our errors: `unavailable`, or `AwsRefused` when the role may not make the
 * call.
 */
export function awsError(unavailable: ErrorName, what: string, error: unknown): WindlassError {
  const { name, message } = awsRefusal(error);
  const told = isNotAllowed(error) ? 'AwsRefused' : unavailable;
  return new WindlassError(told, `${what}: ${inOneLine({ name, message })}`, { cause: { name } });
}

/** Returns a refusal in words for people. It leaves out a name that any error may have, such as `Error`. */
export const inOneLine = ({ name, message }: { name: string; message: string }): string =>
  /^(Type)?Error$/.test(name) ? message : `${name}: ${message}`;

/** Returns the name and message of AWS's or the socket's error, fit for errors and logs (I14). */
export function awsRefusal(error: unknown): { name: string; message: string } {
  const { name, message } = error instanceof Error ? error : { name: 'Error', message: String(error) };
  // The parser's own message quotes the answer, which may be a secret's value.
  if (error instanceof SyntaxError) return { name, message: 'the answer is not the JSON that was expected' };
  return { name: scrub(name), message: scrub(message) };
}
