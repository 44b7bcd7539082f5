import { type AwsCall, AwsFault, type JsonObject } from './aws-call.ts';

/** The account's executions by ARN, as far as Plan asks for them: whether they run. */
export interface ExecutionStore {
  set(executionArn: string, status: 'RUNNING' | 'SUCCEEDED' | 'FAILED' | 'ABORTED'): void;
  /** Answers one call of the JSON 1.0 protocol; throws {@link AwsFault} as the service words it. */
  answer(call: AwsCall): JsonObject;
}

export function createExecutionStore(): ExecutionStore {
  const executions = new Map<string, string>();
  return {
    set: (executionArn, status) => void executions.set(executionArn, status),
    answer({ operation, body }) {
      if (operation !== 'DescribeExecution')
        throw new AwsFault('ValidationException', 'The rehearsal does not answer this operation.');
      const executionArn = String(body.executionArn);
      const status = executions.get(executionArn);
      if (!status) throw new AwsFault('ExecutionDoesNotExist', `Execution Does Not Exist: '${executionArn}'`);
      return { executionArn, status };
    },
  };
}
