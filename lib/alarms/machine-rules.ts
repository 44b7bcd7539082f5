import { Duration } from 'aws-cdk-lib';
import { ComparisonOperator, MathExpression, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import type { StateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import type { Rule, Watched } from './rule.ts';

/** What the machine and the schedule say by their own metrics: a run that ended red, and silence. */
export const ofTheMachine = ({ machine, deadLetters, untold }: Watched): Record<string, Rule> => ({
  Failed: {
    what: 'A rotation halted or is blocked: its error and cause say why',
    metric: machine.metricFailed(),
    threshold: 1,
  },
  TimedOut: {
    what: 'A rotation took longer than its soak allows',
    metric: machine.metricTimedOut(),
    threshold: 1,
  },
  Aborted: {
    what: 'A run was stopped by hand: the next run goes on with it. What a stopped emergency has named stays trusted where it was not cut: start a run',
    metric: machine.metricAborted(),
    threshold: 1,
  },
  StartLost: {
    what: 'A schedule could not start a rotation: the dead letter says why',
    ...eachLetter(deadLetters),
  },
  DeadRunUntold: {
    what: 'High: a run was ended from outside, or failed at its very end, and no other could be set to follow it: clients may be outside, or a leaked key may get in. Start a run',
    ...eachLetter(untold),
  },
  SweepMissing: {
    what: 'No run has started for two days: anchors may expire unseen',
    metric: starts(machine),
    threshold: 1,
    evaluationPeriods: HOURS_OF_SILENCE,
    comparisonOperator: ComparisonOperator.LESS_THAN_THRESHOLD,
    // Silence is the very thing to ring for. A new stack rings too, until its first sweep.
    treatMissingData: TreatMissingData.BREACHING,
  },
});

/**
 * Rings for each letter that arrives, though older ones still lie there. A queue that nobody uses says what it got up to a quarter of an hour late.
 */
const eachLetter = (queue: IQueue): Omit<Rule, 'what'> => ({
  metric: queue.metricNumberOfMessagesSent(),
  threshold: 1,
  evaluationPeriods: 6,
  datapointsToAlarm: 1,
});

/** Two days, and two hours for a sweep that begins late. */
const HOURS_OF_SILENCE = 50;

/**
 * Runs that started, hour by hour, with a 0 where nothing was. Without a value CloudWatch goes back to older ones, and
 * would ring for silence a day or two late. How a run ends is not asked: one that ended red has rung for itself, and an alarm that rings already for
 * those tells nobody that none comes any more.
 */
const starts = (machine: StateMachine): MathExpression =>
  new MathExpression({
    expression: 'FILL(started, 0)',
    usingMetrics: { started: machine.metricStarted({ period: Duration.hours(1) }) },
    label: 'Runs that started',
    period: Duration.hours(1),
  });
