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
 * A run that its time, or somebody in the console, has ended can schedule nothing itself, nor one that fails past every Catch, or in Release: Release
 * is told of it, and does. So a cut that nobody has confirmed, or a leaked key, does not wait for the sweep (I11, I16). A run that Release has seen to
 * the end of it leaves alone. Gives the queue of those of which nobody could be told.
 */
export function comeAfterDeath({ group }: Clockwork, machine: StateMachine, release: IFunction): Queue {
  const untold = deadLetterQueue(group, 'Untold', 'the rule on runs that have died');
  const rule = new Rule(group, 'Died', {
    description: 'Has another run come where one has died and left something that cannot wait for the sweep',
    eventPattern: ended(machine, [...FROM_OUTSIDE, 'FAILED']),
  });
  rule.addTarget(new LambdaFunction(release, { deadLetterQueue: untold, maxEventAge: Duration.hours(6) }));
  // The rule's own letters are of what Lambda does not take. What it takes, and what then fails three times within minutes, it drops without a word.
  release.addToRolePolicy(
    new PolicyStatement({ actions: ['sqs:SendMessage'], resources: [untold.queueArn] }),
  );
  release.configureAsyncInvoke({ onFailure: { bind: () => ({ destination: untold.queueArn }) } });
  return untold;
}

/** What Step Functions tells of this machine's own executions, of which it ended one, or somebody did. */
export const endedFromOutside = (machine: StateMachine): EventPattern => ended(machine, FROM_OUTSIDE);

const FROM_OUTSIDE = ['TIMED_OUT', 'ABORTED'];

/** What a Map starts has the Map's label behind the machine's name, and is none of these. */
const ended = (machine: StateMachine, status: string[]): EventPattern => ({
  source: ['aws.states'],
  detailType: ['Step Functions Execution Status Change'],
  detail: { stateMachineArn: [machine.stateMachineArn], status },
});
