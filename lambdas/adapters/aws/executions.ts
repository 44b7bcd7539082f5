import type { SFN } from '@aws-sdk/client-sfn';
import { WindlassError } from '../../domain/errors.ts';
import { awsClientSettings, awsError, awsRefusal } from './aws.ts';

/** What Step Functions knows of other executions. */
export interface Executions {
  /**
   * Returns true while the execution runs and false once it has ended. Null when Step Functions does not know
   * it: it is long over, or so new that the eventually consistent answer does not show it yet. Throws
   * `LeaseUnavailable` when unsure (I9), or `AwsRefused` when the role may not ask.
   */
  running(executionArn: string): Promise<boolean | null>;
}

const RUNNING = new Set<unknown>(['RUNNING', 'PENDING_REDRIVE']);
const ENDED = new Set<unknown>(['SUCCEEDED', 'FAILED', 'TIMED_OUT', 'ABORTED']);

/** Asks Step Functions, whose SDK is loaded only when there is something to ask. */
export function stepFunctionsExecutions(
  connect: () => Promise<SFN> = async () => new (await import('@aws-sdk/client-sfn')).SFN(awsClientSettings),
): Executions {
  return {
    async running(executionArn) {
      const what = `cannot tell whether ${executionArn} still runs`;
      try {
        const { status } = await (await connect()).describeExecution({ executionArn });
        if (ENDED.has(status)) return false;
        if (RUNNING.has(status)) return true;
        throw new WindlassError('LeaseUnavailable', `${what}: the answer has no status that we know`);
      } catch (error) {
        if (error instanceof WindlassError) throw error;
        if (awsRefusal(error).name === 'ExecutionDoesNotExist') return null;
        throw awsError('LeaseUnavailable', what, error);
      }
    },
  };
}
