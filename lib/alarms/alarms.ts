import { Duration, type Stack } from 'aws-cdk-lib';
import {
  Alarm,
  type AlarmProps,
  ComparisonOperator,
  MathExpression,
  Metric,
  TreatMissingData,
} from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import { EmailSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import type { StateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import { DIMENSION, type MetricName, NAMESPACE } from '../../lambdas/domain/metrics.ts';
import type { Policy } from '../../lambdas/domain/policy.ts';
import { alarmTopic, type EncryptedTopic } from './alarm-topic.ts';
import { runbookOf } from './runbook.ts';

export type Watched = {
  /** The organization's name in the configuration: the metrics' dimension. */
  name: string;
  policy: Policy;
  machine: StateMachine;
  deadLetters: IQueue;
  email: string | undefined;
  /** The URL of the runbook, where the configuration has one. */
  runbook: string | undefined;
};

/** What an alarm compares, and what it says to whoever is woken by it. */
type Rule = Pick<AlarmProps, 'metric' | 'threshold'> &
  Partial<Pick<AlarmProps, 'evaluationPeriods' | 'comparisonOperator' | 'treatMissingData'>> & {
    what: string;
    look?: 'windlass history' | 'windlass plan';
  };

/**
 * Rings for everything that ends red (I13), for silence, and for what stays blocked, the louder the nearer the expiry.
 * The machine's own metrics are watched beside the steps' because no Catch sees a runtime error, an output that is too
 * large or the end of the whole execution's time.
 */
export function alarms(stack: Stack, watched: Watched): EncryptedTopic {
  const scope = new Construct(stack, 'Alarms');
  const { topic, key } = alarmTopic(scope, stack);
  if (watched.email) topic.addSubscription(new EmailSubscription(watched.email));
  const ring = new SnsAction(topic);
  const rules = { ...ofTheMachine(watched), ...ofTheSteps(watched) };
  for (const [id, { what, look = 'windlass history', ...rule }] of Object.entries(rules)) {
    const alarm = new Alarm(scope, id, {
      alarmDescription: `${what}. Where: Windlass for ${watched.name}. Look with: ${look} ${watched.name}. Runbook: ${runbookOf(watched.runbook)}`,
      evaluationPeriods: 1,
      comparisonOperator: ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
      treatMissingData: TreatMissingData.NOT_BREACHING,
      ...rule,
    });
    alarm.addAlarmAction(ring);
    // Whoever was woken has to hear that it is over.
    alarm.addOkAction(ring);
  }
  return { topic, key };
}

const ofTheMachine = ({ machine, deadLetters }: Watched): Record<string, Rule> => ({
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
    what: 'No run has ended green for two days: anchors may expire unseen',
    metric: successes(machine),
    threshold: 1,
    evaluationPeriods: HOURS_OF_SILENCE,
    comparisonOperator: ComparisonOperator.LESS_THAN_THRESHOLD,
    // Silence is the very thing to ring for. A new stack rings too, until its first sweep has ended green.
    treatMissingData: TreatMissingData.BREACHING,
  },
});

const DAY = 86_400;

function ofTheSteps({ name, policy }: Watched): Record<string, Rule> {
  const emitted = (metricName: MetricName, statistic: string): Metric =>
    new Metric({
      namespace: NAMESPACE,
      metricName,
      dimensionsMap: { [DIMENSION]: name },
      statistic,
      period: Duration.minutes(5),
    });
  const blockedWithin = (severity: string, words: string, seconds: number): Rule => ({
    what: `${severity}: an anchor that is blocked expires within ${words}, and whoever still depends on it is locked out then`,
    look: 'windlass plan',
    metric: emitted('DaysToFirstBlockedExpiry', 'Minimum'),
    threshold: seconds / DAY,
    comparisonOperator: ComparisonOperator.LESS_THAN_OR_EQUAL_TO_THRESHOLD,
    ...untilTheNextValue,
  });
  return {
    BlockedInLeadTime: blockedWithin('Warning', 'the lead time', policy.leadTime),
    BlockedInSafetyMargin: blockedWithin('High', 'the safety margin', policy.safetyMargin),
    BlockedInADay: blockedWithin('Critical', 'a day, or has expired', DAY),
    StrayNames: {
      what: 'Warning: a name of the configuration points nowhere, such as a hold that protects nothing, or an anchor cannot be read',
      look: 'windlass plan',
      metric: emitted('StrayNames', 'Maximum'),
      threshold: 0,
      comparisonOperator: ComparisonOperator.GREATER_THAN_THRESHOLD,
      ...untilTheNextValue,
    },
    HaltedScopes: {
      what: 'High: scopes halted in a rotation, each with its error and cause in the journal',
      metric: emitted('HaltedScopes', 'Maximum'),
      threshold: 0,
      comparisonOperator: ComparisonOperator.GREATER_THAN_THRESHOLD,
      ...untilTheNextValue,
    },
    ChangedWithOurKey: {
      what: 'High: somebody has changed trust with the admin key of Windlass, and no run of it knows of that: look who has the key',
      metric: emitted('UnknownChanges', 'Maximum'),
      threshold: 1,
      ...untilTheNextValue,
    },
    EventsLost: {
      what: 'Warning: an event of a run was not put on the event bus: a chat or a pager that is attached there has not heard of it',
      metric: emitted('EventsLost', 'Maximum'),
      threshold: 1,
      ...untilTheNextValue,
    },
    NoSuccess: {
      what: 'High: runs start, and every one has halted for more than two days',
      // A run says how long it has been when it plans, and zero when it has not halted: the better of both counts.
      metric: emitted('SecondsSinceSuccess', 'Minimum'),
      threshold: 2 * DAY,
      comparisonOperator: ComparisonOperator.GREATER_THAN_THRESHOLD,
      ...untilTheNextValue,
    },
  };
}

/** A sweep a day is a value a day: what was true at the last one is true until the next one says otherwise. */
const untilTheNextValue = { treatMissingData: TreatMissingData.IGNORE };

/** Two days, and two hours for a sweep that begins late and tries again: one that failed has rung for itself. */
const HOURS_OF_SILENCE = 50;

/**
 * Runs that succeeded, hour by hour, with a 0 where nothing was. Without a value CloudWatch goes back to older ones, and
 * would ring for silence a day or two late.
 */
const successes = (machine: StateMachine): MathExpression =>
  new MathExpression({
    expression: 'FILL(succeeded, 0)',
    usingMetrics: { succeeded: machine.metricSucceeded({ period: Duration.hours(1) }) },
    label: 'Runs that succeeded',
    period: Duration.hours(1),
  });
