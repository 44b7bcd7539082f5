import { Duration } from 'aws-cdk-lib';
import { type EventPattern, Rule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import type { StateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import type { Clockwork } from './schedules.ts';

/**
 * A run that its time, or somebody in the console, has ended can schedule nothing itself: Release is told of it, and does. So a cut that nobody
 * has confirmed does not wait for the sweep (I11). Failures of all other kinds the machine catches.
 */
export function comeAfterDeath(
  { group, deadLetters }: Clockwork,
  machine: StateMachine,
  release: IFunction,
): Rule {
  const rule = new Rule(group, 'Died', {
    description:
      'Has another run come where one was ended from outside and left something that cannot wait for the sweep',
    eventPattern: endedFromOutside(machine),
  });
  rule.addTarget(
    new LambdaFunction(release, { deadLetterQueue: deadLetters, maxEventAge: Duration.hours(6) }),
  );
  return rule;
}

/** What Step Functions tells of this machine's own executions, of which it ended one: what a Map starts has the Map's label behind the machine's name. */
export const endedFromOutside = (machine: StateMachine): EventPattern => ({
  source: ['aws.states'],
  detailType: ['Step Functions Execution Status Change'],
  detail: { stateMachineArn: [machine.stateMachineArn], status: ['TIMED_OUT', 'ABORTED'] },
});
