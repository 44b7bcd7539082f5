import { ACCOUNT, REGION } from '../workspace.ts';

/** A stack of one alarm on the sum of two metrics. */
export function alarmTemplate(): string {
  const metric = (Id: string) => ({
    Id,
    MetricStat: { Metric: { Namespace: 'Windlass', MetricName: Id }, Period: 60, Stat: 'Sum' },
    ReturnData: false,
  });
  const Metrics = [metric('one'), metric('two'), { Id: 'both', Expression: 'one + two', ReturnData: true }];
  const Properties = {
    ...{ Metrics, Threshold: 1, EvaluationPeriods: 1 },
    ComparisonOperator: 'GreaterThanThreshold',
  };
  return JSON.stringify({ Resources: { Alarm: { Type: 'AWS::CloudWatch::Alarm', Properties } } });
}

/**
 * A stack of one role. It may read the partition `lease` of the table and the sweep of this organization, and
 * put events of one kind.
 */
export function roleTemplate({ organization, table }: { organization: string; table: string }): string {
  const statement = (Action: string, Resource: string, more: object = {}) => ({
    ...{ Effect: 'Allow', Action, Resource },
    ...more,
  });
  const Condition = { 'ForAllValues:StringEquals': { 'dynamodb:LeadingKeys': ['lease'] } };
  const schedule = `arn:aws:scheduler:${REGION}:${ACCOUNT}:schedule/windlass-${organization}/sweep`;
  const Statement = [
    statement('scheduler:GetSchedule', schedule),
    statement('dynamodb:GetItem', `arn:aws:dynamodb:${REGION}:${ACCOUNT}:table/${table}`, { Condition }),
    statement('events:PutEvents', `arn:aws:events:${REGION}:${ACCOUNT}:event-bus/default`, {
      Condition: { StringEquals: { 'events:detail-type': PROBE_TYPE } },
    }),
  ];
  return roleOf({ Policies: [{ PolicyName: 'limited', PolicyDocument: { Version, Statement } }] });
}

/** The kind of event that the role of {@link roleTemplate} may put. */
export const PROBE_TYPE = 'A Kind of Event';

/**
 * A stack of two queues. One gets an organization's events from the event bus, the other the messages of its
 * news.
 */
export function listenersTemplate({ organization, news }: { organization: string; news: string }): string {
  const attribute = (of: string, name = 'Arn') => ({ 'Fn::GetAtt': [of, name] });
  const queue = { Type: 'AWS::SQS::Queue', Properties: {} };
  const Statement = ['events', 'sns'].map((service) => ({
    ...{ Effect: 'Allow', Action: 'sqs:SendMessage', Resource: '*' },
    Principal: { Service: `${service}.amazonaws.com` },
  }));
  return JSON.stringify({
    Resources: {
      ...{ Events: queue, News: queue },
      Policy: {
        Type: 'AWS::SQS::QueuePolicy',
        Properties: { Queues: [{ Ref: 'Events' }, { Ref: 'News' }], PolicyDocument: { Version, Statement } },
      },
      Rule: {
        Type: 'AWS::Events::Rule',
        Properties: {
          EventPattern: { source: ['windlass'], detail: { organization: [organization] } },
          Targets: [{ Id: 'queue', Arn: attribute('Events') }],
        },
      },
      Subscription: {
        Type: 'AWS::SNS::Subscription',
        Properties: {
          ...{ Protocol: 'sqs', RawMessageDelivery: true, TopicArn: news },
          Endpoint: attribute('News'),
        },
      },
    },
    Outputs: { Events: { Value: { Ref: 'Events' } }, News: { Value: { Ref: 'News' } } },
  });
}

/**
 * A stack of a bucket with versions, and of a machine whose Map reads the version of a list that its input
 * names.
 */
export function readerTemplate(): string {
  const attribute = (of: string) => ({ 'Fn::GetAtt': [of, 'Arn'] });
  const Principal = { Service: 'states.amazonaws.com' };
  const Statement = [{ Effect: 'Allow', Action: ['s3:*', 'states:*'], Resource: '*' }];
  const Definition = {
    StartAt: 'Each',
    States: {
      Each: {
        ...{ Type: 'Map', End: true, Label: 'each' },
        ItemReader: {
          Resource: 'arn:aws:states:::s3:getObject',
          ReaderConfig: { InputType: 'JSON' },
          Parameters: { 'Bucket.$': '$.bucket', 'Key.$': '$.key', 'VersionId.$': '$.version' },
        },
        ItemProcessor: {
          ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: 'STANDARD' },
          ...{ StartAt: 'Item', States: { Item: { Type: 'Pass', End: true } } },
        },
      },
    },
  };
  return JSON.stringify({
    Resources: {
      Lists: { Type: 'AWS::S3::Bucket', Properties: { VersioningConfiguration: { Status: 'Enabled' } } },
      Role: {
        Type: 'AWS::IAM::Role',
        Properties: {
          AssumeRolePolicyDocument: {
            Version,
            Statement: [{ Effect: 'Allow', Action: 'sts:AssumeRole', Principal }],
          },
          Policies: [{ PolicyName: 'reader', PolicyDocument: { Version, Statement } }],
        },
      },
      Machine: {
        Type: 'AWS::StepFunctions::StateMachine',
        Properties: { RoleArn: attribute('Role'), DefinitionString: JSON.stringify(Definition) },
      },
    },
    Outputs: { Bucket: { Value: { Ref: 'Lists' } }, Machine: { Value: { Ref: 'Machine' } } },
  });
}

/** A stack of one role that has this managed policy. */
export const operatorTemplate = (policy: string): string => roleOf({ ManagedPolicyArns: [policy] });

const Version = '2012-10-17';

/** A stack of one role that this account may assume. Its ARN is the only output. */
function roleOf(properties: object): string {
  const Principal = { AWS: `arn:aws:iam::${ACCOUNT}:root` };
  const Statement = [{ Effect: 'Allow', Action: 'sts:AssumeRole', Principal }];
  const Properties = { AssumeRolePolicyDocument: { Version, Statement }, ...properties };
  return JSON.stringify({
    Resources: { Role: { Type: 'AWS::IAM::Role', Properties } },
    Outputs: { Arn: { Value: { 'Fn::GetAtt': ['Role', 'Arn'] } } },
  });
}
