import { App, Stack } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { Queue } from 'aws-cdk-lib/aws-sqs';
import { DefinitionBody, StateMachine, Succeed } from 'aws-cdk-lib/aws-stepfunctions';
import { describe, expect, it } from 'vitest';
import { policySchema } from '../../lambdas/domain/policy.ts';
import { alarms } from '../../lib/alarms/alarms.ts';
import { runbookOf } from '../../lib/alarms/runbook.ts';

/** A stack with a machine and a queue to watch. `email` is who gets mail. */
function templateWith(email: string | undefined, runbook?: string): Template {
  const stack = new Stack(new App({ builtinCloudFormationValidation: false }), 'Watched');
  const definitionBody = DefinitionBody.fromChainable(new Succeed(stack, 'Done'));
  const machine = new StateMachine(stack, 'Rotation', { definitionBody });
  const policy = policySchema.parse({ leadTime: 'P30DT5S' });
  const deadLetters = new Queue(stack, 'DeadLetters');
  const untold = new Queue(stack, 'Untold');
  alarms(stack, { name: 'acme', policy, machine, deadLetters, untold, email, runbook });
  return Template.fromStack(stack);
}

/** A metric that the steps emit. Its alarm keeps its state until the next value. */
const stepMetric = (MetricName: string, Statistic: string) => ({
  ...{ MetricName, Statistic, Namespace: 'Windlass', Period: 300, TreatMissingData: 'ignore' },
  Dimensions: [{ Name: 'organization', Value: 'acme' }],
});

/** A metric that reports an event. Its alarm ends by itself, so the next event rings again. */
const eventMetric = (MetricName: string) => ({
  ...stepMetric(MetricName, 'Maximum'),
  TreatMissingData: 'notBreaching',
});

const template = templateWith('security@example.com');

describe('alarms', () => {
  it.each(['ExecutionsFailed', 'ExecutionsTimedOut', 'ExecutionsAborted'])(
    'ring at the first of %s',
    (MetricName) => {
      template.hasResourceProperties('AWS::CloudWatch::Alarm', {
        MetricName,
        Namespace: 'AWS/States',
        Statistic: 'Sum',
        Threshold: 1,
        ComparisonOperator: 'GreaterThanOrEqualToThreshold',
        AlarmActions: [{ Ref: Match.stringLikeRegexp('^AlarmsTopic') }],
      });
    },
  );

  it('ring when no run has started for two days, however those before it ended', () => {
    template.hasResourceProperties('AWS::CloudWatch::Alarm', {
      // An hour without a run counts as 0. As a gap, CloudWatch would look at older hours instead.
      Metrics: Match.arrayWith([
        Match.objectLike({ Expression: 'FILL(started, 0)' }),
        Match.objectLike({
          Id: 'started',
          MetricStat: Match.objectLike({
            Metric: Match.objectLike({ MetricName: 'ExecutionsStarted' }),
            Period: 3_600,
            Stat: 'Sum',
          }),
          ReturnData: false,
        }),
      ]),
      EvaluationPeriods: 50,
      Threshold: 1,
      ComparisonOperator: 'LessThanThreshold',
      TreatMissingData: 'breaching',
    });
  });

  it.each([
    ['a schedule could not start a rotation', 'DeadLetters', 'A schedule could not start'],
    [
      'a run has died of which Release could not be told (I11)',
      'Untold',
      'ended from outside.*clients may be outside',
    ],
  ])('ring when %s, each time: older letters lie there yet (I13)', (_, queue, words) => {
    template.hasResourceProperties('AWS::CloudWatch::Alarm', {
      MetricName: 'NumberOfMessagesSent',
      Namespace: 'AWS/SQS',
      Dimensions: [
        { Name: 'QueueName', Value: { 'Fn::GetAtt': [Match.stringLikeRegexp(`^${queue}`), 'QueueName'] } },
      ],
      Statistic: 'Sum',
      Threshold: 1,
      // The metrics of an idle queue come up to a quarter of an hour late.
      DatapointsToAlarm: 1,
      EvaluationPeriods: 6,
      TreatMissingData: 'notBreaching',
      AlarmDescription: Match.stringLikeRegexp(words),
    });
  });

  it.each([
    ['Warning', 30 + 5 / 86_400],
    ['High', 2],
    ['Critical', 1],
  ])('ring as %s when what is blocked expires in %d days or less', (severity, Threshold) => {
    template.hasResourceProperties('AWS::CloudWatch::Alarm', {
      ...stepMetric('DaysToFirstBlockedExpiry', 'Minimum'),
      AlarmDescription: Match.stringLikeRegexp(`^${severity}: `),
      Threshold,
      ComparisonOperator: 'LessThanOrEqualToThreshold',
    });
  });

  it.each([
    ['HaltedScopes', 'Maximum', 0],
    ['CompromisedActive', 'Maximum', 0],
    ['SecondsSinceSuccess', 'Minimum', 2 * 86_400],
  ])('ring when the %s of the last run, at its %s, are more than %d', (name, statistic, Threshold) => {
    template.hasResourceProperties('AWS::CloudWatch::Alarm', {
      ...stepMetric(name, statistic),
      Threshold,
      ComparisonOperator: 'GreaterThanThreshold',
    });
  });

  it('ring for a name that points nowhere, which may be a hold that protects nothing', () => {
    template.hasResourceProperties('AWS::CloudWatch::Alarm', {
      ...stepMetric('StrayNames', 'Maximum'),
      Threshold: 0,
      ComparisonOperator: 'GreaterThanThreshold',
    });
  });

  it('ring for an event that was not put, since whoever is attached to it hears nothing', () => {
    template.hasResourceProperties('AWS::CloudWatch::Alarm', {
      ...eventMetric('EventsLost'),
      Threshold: 1,
      ComparisonOperator: 'GreaterThanOrEqualToThreshold',
    });
  });

  it('ring for a change that was made with our key and is in no journal (F19)', () => {
    template.hasResourceProperties('AWS::CloudWatch::Alarm', {
      ...eventMetric('UnknownChanges'),
      Threshold: 1,
      ComparisonOperator: 'GreaterThanOrEqualToThreshold',
    });
  });

  it('ring neither for how much is blocked, nor for what is only due or odd', () => {
    for (const MetricName of ['BlockedAnchors', 'DaysToFirstExpiry', 'Warnings'])
      template.resourcePropertiesCountIs('AWS::CloudWatch::Alarm', { MetricName }, 0);
  });

  it('all say what, where, what to look with and the runbook, and when it is over', () => {
    const all = Object.values(template.findResources('AWS::CloudWatch::Alarm'));
    expect(all).toHaveLength(16);
    for (const { Properties } of all) {
      const { AlarmDescription, AlarmActions, OKActions } = Properties;
      expect(AlarmDescription).toMatch(
        /^.{20,}\. Where: Windlass for acme\. Look with: windlass (history|status) acme\. Runbook: docs\/operations\.md/,
      );
      expect(OKActions).toEqual(AlarmActions);
      expect(AlarmActions).toHaveLength(1);
    }
  });

  it('give the runbook as the URL of the configuration, where it has one', () => {
    const runbook = 'https://wiki.example.com/windlass#alarms';
    const all = Object.values(templateWith(undefined, runbook).findResources('AWS::CloudWatch::Alarm'));
    for (const { Properties } of all) expect(Properties.AlarmDescription).toMatch(/\. Runbook: (\S+)$/);
    expect(all[0]?.Properties.AlarmDescription).toContain(`Runbook: ${runbook}`);
  });

  it.each([
    ['nothing', {}, 'docs/operations.md, section Alarms'],
    [
      'npm',
      { repository: { url: 'git+https://github.com/acme/windlass.git' } },
      'https://github.com/acme/windlass (docs/operations.md, section Alarms)',
    ],
    [
      'a URL',
      { repository: 'https://github.com/acme/windlass' },
      'https://github.com/acme/windlass (docs/operations.md, section Alarms)',
    ],
    ['a short form', { repository: 'acme/windlass' }, 'docs/operations.md, section Alarms'],
  ])('give it otherwise as the repository says it: by %s', (_, manifest, told) =>
    expect(runbookOf(undefined, manifest)).toBe(told),
  );

  it('reach a topic that is encrypted, refuses plain connections, and still lets CloudWatch publish', () => {
    template.hasResourceProperties('AWS::SNS::Topic', { KmsMasterKeyId: Match.anyValue() });
    template.hasResourceProperties('AWS::SNS::TopicPolicy', {
      PolicyDocument: Match.objectLike({
        Statement: [
          Match.objectLike({ Effect: 'Deny', Condition: { Bool: { 'aws:SecureTransport': 'false' } } }),
          Match.objectLike({ Effect: 'Allow', Principal: { Service: 'cloudwatch.amazonaws.com' } }),
        ],
      }),
    });
  });

  it('are mailed to whoever the configuration names, if it names one', () => {
    template.hasResourceProperties('AWS::SNS::Subscription', {
      Protocol: 'email',
      Endpoint: 'security@example.com',
    });
    templateWith(undefined).resourceCountIs('AWS::SNS::Subscription', 0);
  });
});
