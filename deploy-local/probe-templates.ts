import { ACCOUNT, REGION } from './workspace.ts';

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

/** A stack of one role that may read the partition `lease` of the table, and the sweep of this organization. */
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
  ];
  return roleOf({ Policies: [{ PolicyName: 'limited', PolicyDocument: { Version, Statement } }] });
}

/** A stack of one role that has this managed policy. */
export const operatorTemplate = (policy: string): string => roleOf({ ManagedPolicyArns: [policy] });

const Version = '2012-10-17';

/** A stack of one role that this account may assume, with its ARN for the only output. */
function roleOf(properties: object): string {
  const Principal = { AWS: `arn:aws:iam::${ACCOUNT}:root` };
  const Statement = [{ Effect: 'Allow', Action: 'sts:AssumeRole', Principal }];
  const Properties = { AssumeRolePolicyDocument: { Version, Statement }, ...properties };
  return JSON.stringify({
    Resources: { Role: { Type: 'AWS::IAM::Role', Properties } },
    Outputs: { Arn: { Value: { 'Fn::GetAtt': ['Role', 'Arn'] } } },
  });
}
