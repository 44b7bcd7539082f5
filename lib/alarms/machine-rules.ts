import { Duration } from 'aws-cdk-lib';
import { ComparisonOperator, MathExpression, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import type { StateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import type { Rule, Watched } from './rule.ts';

/** The alarms on the metrics of the machine and of the schedules: a run that ended red, and silence. */
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
    // Missing data is the very thing to ring for. A new stack rings as well, until its first sweep.
    treatMissingData: TreatMissingData.BREACHING,
  },
});

/**
 * Rings for each letter that arrives, although older ones are still in the queue. The metric of a queue
 * without use may come up to a quarter of an hour late.
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
 * The number of runs that started in each hour, and 0 when none did. Without a value, CloudWatch goes back to
 * older values, and would ring for silence a day or two late. Only starts are counted, whatever the end: a
 * run that ended red has its own alarm. If it counted here as well, this alarm could already be ringing when
 * no run comes any more.
 */
const starts = (machine: StateMachine): MathExpression =>
  new MathExpression({
    expression: 'FILL(started, 0)',
    usingMetrics: { started: machine.metricStarted({ period: Duration.hours(1) }) },
    label: 'Runs that started',
    period: Duration.hours(1),
  });
