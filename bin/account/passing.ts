import { WindlassError } from '../../lambdas/domain/errors.ts';
import { wrongEndpoint } from './aws-reason.ts';
import { isWithoutCredentials } from './credentials.ts';

/** An outage or throttling passes; a refusal (credentials, permissions, no such execution or table) and a setting that is wrong do not. */
export function isPassing(error: unknown): boolean {
  // What AWS said is the cause of one of our own, be it whole or by its name.
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

/** What throttling, an outage and a socket are called where only the name is left. */
const PASSING =
  /^(Throttling|ProvisionedThroughputExceeded|RequestLimitExceeded|InternalServerError|ServiceUnavailable|TimeoutError|AggregateError|Error$)/;
