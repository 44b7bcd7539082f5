import type { AlarmProps } from 'aws-cdk-lib/aws-cloudwatch';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import type { StateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import type { Policy } from '../../lambdas/domain/policy.ts';

/** What is watched, and who is told. */
export type Watched = {
  /** The organization's name in the configuration, which is the metrics' dimension. */
  name: string;
  policy: Policy;
  machine: StateMachine;
  /** The queue of starts that were lost. */
  deadLetters: IQueue;
  /** The queue of events about dead runs that did not reach Release. */
  untold: IQueue;
  email: string | undefined;
  /** The URL of the runbook, when the configuration has one. */
  runbook: string | undefined;
};

/** What an alarm compares, and what it says to the person that it wakes. */
export type Rule = Pick<AlarmProps, 'metric' | 'threshold'> &
  Partial<
    Pick<AlarmProps, 'evaluationPeriods' | 'datapointsToAlarm' | 'comparisonOperator' | 'treatMissingData'>
  > & {
    what: string;
    look?: 'windlass history' | 'windlass status';
  };
