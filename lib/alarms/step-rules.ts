import { Duration } from 'aws-cdk-lib';
import { ComparisonOperator, Metric, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { DIMENSION, type MetricName, NAMESPACE } from '../../lambdas/domain/metrics.ts';
import type { Rule, Watched } from './rule.ts';

const DAY = 86_400;

/**
 * The alarms on the steps' own metrics: what stays blocked, the louder the nearer the expiry, and what needs
 * a look.
 */
export function ofTheSteps({ name, policy }: Watched): Record<string, Rule> {
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
    look: 'windlass status',
    metric: emitted('DaysToFirstBlockedExpiry', 'Minimum'),
    threshold: seconds / DAY,
    comparisonOperator: ComparisonOperator.LESS_THAN_OR_EQUAL_TO_THRESHOLD,
    ...untilTheNextValue,
  });
  return {
    BlockedInLeadTime: blockedWithin('Warning', 'the lead time', policy.leadTime),
    BlockedInSafetyMargin: blockedWithin('High', 'the safety margin', policy.safetyMargin),
    BlockedInADay: blockedWithin('Critical', 'a day, or has expired', DAY),
    CompromisedActive: {
      what: 'Critical: a leaked key gets in, or nobody can tell that it does not, and no run is about to cut it: what is shown as blocked says why',
      look: 'windlass status',
      metric: emitted('CompromisedActive', 'Maximum'),
      threshold: 0,
      comparisonOperator: ComparisonOperator.GREATER_THAN_THRESHOLD,
      ...untilTheNextValue,
    },
    StrayNames: {
      what: 'Warning: a name of the configuration points nowhere, such as a hold that protects nothing, or an anchor cannot be read: a warning of the last plan names it',
      look: 'windlass history',
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
    HaltedMeanwhile: {
      what: 'High: a scope has just halted in a run that goes on: its cut was undone, or could not be, or it was not proven. Clients may be outside',
      metric: emitted('HaltedMeanwhile', 'Maximum'),
      threshold: 1,
    },
    ChangedWithOurKey: {
      what: 'High: somebody has changed trust with the admin key of Windlass, and no run of it knows of that: look who has the key',
      metric: emitted('UnknownChanges', 'Maximum'),
      threshold: 1,
    },
    EventsLost: {
      what: 'Warning: an event of a run was not put on the event bus: a chat or a pager that is attached there has not heard of it',
      metric: emitted('EventsLost', 'Maximum'),
      threshold: 1,
    },
    NoSuccess: {
      what: 'High: runs start, and every one has halted for more than two days',
      // Each Plan reports the seconds since the last success, and a run that does not halt reports zero. The
      // lower of them counts.
      metric: emitted('SecondsSinceSuccess', 'Minimum'),
      threshold: 2 * DAY,
      comparisonOperator: ComparisonOperator.GREATER_THAN_THRESHOLD,
      ...untilTheNextValue,
    },
  };
}

/**
 * One sweep a day gives one value a day, and that value holds until the next one. An event has no lasting
 * state and is not used with this. CloudWatch reports only changes, so a second event would alert nobody
 * while the alarm still rings for the first (I13).
 */
const untilTheNextValue = { treatMissingData: TreatMissingData.IGNORE };
