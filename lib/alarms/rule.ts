import type { AlarmProps } from 'aws-cdk-lib/aws-cloudwatch';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import type { StateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import type { Policy } from '../../lambdas/domain/policy.ts';

/** What is watched, and whom to tell. */
export type Watched = {
  /** The organization's name in the configuration: the metrics' dimension. */
  name: string;
  policy: Policy;
  machine: StateMachine;
  /** Starts that were lost. */
  deadLetters: IQueue;
  /** Runs that have died, and of which Release was not told. */
  untold: IQueue;
  email: string | undefined;
  /** The URL of the runbook, where the configuration has one. */
  runbook: string | undefined;
};

/** What an alarm compares, and what it says to whoever is woken by it. */
export type Rule = Pick<AlarmProps, 'metric' | 'threshold'> &
  Partial<
    Pick<AlarmProps, 'evaluationPeriods' | 'datapointsToAlarm' | 'comparisonOperator' | 'treatMissingData'>
  > & {
    what: string;
    look?: 'windlass history' | 'windlass status';
  };
