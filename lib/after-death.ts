import { Duration } from 'aws-cdk-lib';
import { type EventPattern, Rule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import type { StateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import { deadLetterQueue } from './dead-letters.ts';
import type { Clockwork } from './schedules.ts';

/**
 * Tells Release of runs that died: ended by their time or by a person in the console, or failed in Release or
 * past every Catch. Such a run can schedule nothing itself. Release schedules another run, so that an
 * unconfirmed cut or a leaked key does not wait for the sweep (I11, I16). Release leaves a run alone that it
 * has already seen to its end. Returns the queue of the events that could not be delivered.
 */
export function comeAfterDeath({ group }: Clockwork, machine: StateMachine, release: IFunction): Queue {
  const untold = deadLetterQueue(group, 'Untold', 'the rule on runs that have died');
  const rule = new Rule(group, 'Died', {
    description: 'Has another run come where one has died and left something that cannot wait for the sweep',
    eventPattern: ended(machine, [...FROM_OUTSIDE, 'FAILED']),
  });
  rule.addTarget(new LambdaFunction(release, { deadLetterQueue: untold, maxEventAge: Duration.hours(6) }));
  // The rule's own dead letters hold only what Lambda does not accept. An event that Lambda accepts, and that
  // then fails three times within minutes, would be dropped silently.
  release.addToRolePolicy(
    new PolicyStatement({ actions: ['sqs:SendMessage'], resources: [untold.queueArn] }),
  );
  release.configureAsyncInvoke({ onFailure: { bind: () => ({ destination: untold.queueArn }) } });
  return untold;
}

/** Matches Step Functions' events about executions of this machine that ran out of time or were stopped. */
export const endedFromOutside = (machine: StateMachine): EventPattern => ended(machine, FROM_OUTSIDE);

const FROM_OUTSIDE = ['TIMED_OUT', 'ABORTED'];

/**
 * An execution that a Map started has another state machine ARN, with the Map's label. So it never matches.
 */
const ended = (machine: StateMachine, status: string[]): EventPattern => ({
  source: ['aws.states'],
  detailType: ['Step Functions Execution Status Change'],
  detail: { stateMachineArn: [machine.stateMachineArn], status },
});
