import { Duration } from 'aws-cdk-lib';
import { ComparisonOperator, MathExpression, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import type { StateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import type { Rule, Watched } from './rule.ts';

/** What the machine and the schedule say by their own metrics: a run that ended red, and silence. */
export const ofTheMachine = ({ machine, deadLetters }: Watched): Record<string, Rule> => ({
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
    what: 'A rotation was stopped by hand: the next run finishes the job',
    metric: machine.metricAborted(),
    threshold: 1,
  },
  StartLost: {
    what: 'A schedule could not start a rotation: the dead letter says why',
    metric: deadLetters.metricApproximateNumberOfMessagesVisible(),
    threshold: 1,
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
