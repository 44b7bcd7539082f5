import { AwsFault, type AwsOperations } from './aws-operations.ts';

/** The account's executions by ARN, as far as Plan asks for them: whether they run. */
export interface ExecutionStore {
  set(executionArn: string, status: 'RUNNING' | 'SUCCEEDED' | 'FAILED' | 'ABORTED'): void;
  readonly operations: AwsOperations<'DescribeExecution'>;
}

export function createExecutionStore(): ExecutionStore {
  const executions = new Map<string, string>();
  return {
    set: (executionArn, status) => void executions.set(executionArn, status),
    operations: {
      DescribeExecution(body) {
        const executionArn = String(body.executionArn);
        const status = executions.get(executionArn);
        if (!status)
          throw new AwsFault('ExecutionDoesNotExist', `Execution Does Not Exist: '${executionArn}'`);
        return { executionArn, status };
      },
    },
  };
}
