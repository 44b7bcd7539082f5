import type { SFN } from '@aws-sdk/client-sfn';
import { WindlassError } from '../domain/errors.ts';
import { awsClientSettings, awsRefusal } from './aws.ts';

/** What Step Functions knows of other executions. */
export interface Executions {
  /** True while it runs; false once it has ended or when nobody knows it. Throws `LeaseUnavailable` when unsure (I9). */
  running(executionArn: string): Promise<boolean>;
}

/** Asks Step Functions, whose SDK is loaded only when there is something to ask. */
export function stepFunctionsExecutions(
  connect: () => Promise<SFN> = async () => new (await import('@aws-sdk/client-sfn')).SFN(awsClientSettings),
): Executions {
  return {
    async running(executionArn) {
      try {
        const { status } = await (await connect()).describeExecution({ executionArn });
        return status === 'RUNNING' || status === 'PENDING_REDRIVE';
      } catch (error) {
        const { name, message } = awsRefusal(error);
        if (name === 'ExecutionDoesNotExist') return false;
        throw new WindlassError(
          'LeaseUnavailable',
          `cannot tell whether ${executionArn} still runs: ${name}: ${message}`,
        );
      }
    },
  };
}
