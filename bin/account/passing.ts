import { WindlassError } from '../../lambdas/domain/errors.ts';
import { wrongEndpoint } from './aws-reason.ts';
import { isWithoutCredentials } from './credentials.ts';

/**
 * Whether an error may pass by itself, as an outage or throttling does. A refusal (credentials, permissions,
 * no such execution or table) and a wrong setting do not.
 */
export function isPassing(error: unknown): boolean {
  // An error of our own carries AWS's error as its cause, either the whole error or its name only.
  if (error instanceof WindlassError) {
    const { cause } = error;
    return cause instanceof Error ? isPassing(cause) : PASSING.test(String(Object(cause).name ?? ''));
  }
  if (!(error instanceof Error) || isWithoutCredentials(error) || wrongEndpoint(error.message)) return false;
  const { $fault, $retryable, $metadata } = error as Error & {
    $fault?: string;
    $retryable?: { throttling?: boolean };
    $metadata?: { httpStatusCode?: number };
  };
  if ($fault === 'client') return Boolean($retryable?.throttling) || error.name === 'ThrottlingException';
  return $fault === 'server' || $metadata?.httpStatusCode !== 400;
}

/** Names of errors of throttling, outages and sockets, for causes of which only the name is left. */
const PASSING =
  /^(Throttling|ProvisionedThroughputExceeded|RequestLimitExceeded|InternalServerError|ServiceUnavailable|TimeoutError|AggregateError|Error$)/;
