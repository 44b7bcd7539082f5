import { App, Stack } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { Queue } from 'aws-cdk-lib/aws-sqs';
import { DefinitionBody, StateMachine, Succeed } from 'aws-cdk-lib/aws-stepfunctions';
import { describe, it } from 'vitest';
import { alarms } from '../../lib/alarms.ts';

/** A stack with a machine and a queue to watch, and whom to mail. */
function templateWith(email: string | undefined): Template {
  const stack = new Stack(new App({ builtinCloudFormationValidation: false }), 'Watched');
  const definitionBody = DefinitionBody.fromChainable(new Succeed(stack, 'Done'));
  const machine = new StateMachine(stack, 'Rotation', { definitionBody });
  alarms(stack, { machine, deadLetters: new Queue(stack, 'DeadLetters'), email });
  return Template.fromStack(stack);
}

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

  it('ring when no run has succeeded for two days, silence included', () => {
    template.hasResourceProperties('AWS::CloudWatch::Alarm', {
      // An hour without a run is a 0, and not a gap that older hours are looked at for.
      Metrics: Match.arrayWith([
        Match.objectLike({ Expression: 'FILL(succeeded, 0)' }),
        Match.objectLike({
          Id: 'succeeded',
          MetricStat: Match.objectLike({
            Metric: Match.objectLike({ MetricName: 'ExecutionsSucceeded' }),
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

  it('ring when a schedule could not start a rotation', () => {
    template.hasResourceProperties('AWS::CloudWatch::Alarm', {
      MetricName: 'ApproximateNumberOfMessagesVisible',
      Namespace: 'AWS/SQS',
      Threshold: 1,
    });
  });

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
