import type { Template } from '../lib/definition.ts';

/** Values that a deployment fills in. */
const FILLED: Record<string, string> = {
  'AWS::Partition': 'aws',
  'AWS::Region': 'eu-west-1',
  'AWS::AccountId': '123456789012',
  'AWS::URLSuffix': 'amazonaws.com',
  'AWS::StackId': 'arn:aws:cloudformation:eu-west-1:123456789012:stack/Windlass-acme/1',
};

const arn = (service: string, resource: string) => `arn:aws:${service}:eu-west-1:123456789012:${resource}`;

/** An ARN in AWS's form for each type of resource that a policy refers to. */
const ARNS: Record<string, string> = {
  'AWS::DynamoDB::GlobalTable': arn('dynamodb', 'table/journal'),
  'AWS::IAM::Role': 'arn:aws:iam::123456789012:role/role',
  'AWS::KMS::Key': arn('kms', 'key/00000000-0000-0000-0000-000000000000'),
  'AWS::Lambda::Function': arn('lambda', 'function:step'),
  'AWS::Logs::LogGroup': arn('logs', 'log-group:logs:*'),
  'AWS::S3::Bucket': 'arn:aws:s3:::bucket',
  'AWS::SNS::Topic': arn('sns', 'topic'),
  'AWS::SQS::Queue': arn('sqs', 'queue'),
  'AWS::Scheduler::ScheduleGroup': arn('scheduler', 'schedule-group/group'),
  'AWS::StepFunctions::StateMachine': arn('states', 'stateMachine:machine'),
};

/**
 * The policies of a template's roles and operators by logical id, as a deployment would fill them in. Throws
 * for a value that it cannot fill in: this reader then has to learn more before a linter can be trusted.
 */
export function filledPolicies({ Resources }: Template): Record<string, unknown> {
  const policies = Object.entries(Resources).filter(([, { Type }]) =>
    /^AWS::IAM::(Managed)?Policy$/.test(Type),
  );
  return Object.fromEntries(
    policies.map(([id, { Properties }]) => [id, filled(Properties?.PolicyDocument, Resources)]),
  );
}

function filled(value: unknown, resources: Template['Resources']): unknown {
  if (Array.isArray(value)) return value.map((one) => filled(one, resources));
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value);
  const [[name, of] = ['', undefined]] = entries;
  if (!/^(Ref|Fn::\w+)$/.test(name))
    return Object.fromEntries(entries.map(([key, one]) => [key, filled(one, resources)]));
  const all = (list: unknown) => filled(list, resources) as string[];
  const known = (id: string, otherwise?: string) => ARNS[resources[id]?.Type ?? ''] ?? otherwise;
  const text =
    name === 'Ref'
      ? (FILLED[of] ?? known(of, 'name'))
      : name === 'Fn::GetAtt'
        ? known(of[0])
        : name === 'Fn::Join'
          ? all(of[1]).join(of[0])
          : name === 'Fn::Select'
            ? all(of[1])[Number(of[0])]
            : name === 'Fn::Split'
              ? String(filled(of[1], resources)).split(of[0])
              : name === 'Fn::Sub'
                ? String(of).replaceAll(/\$\{([^}]+)\}/g, (_, one: string) => FILLED[one] ?? 'name')
                : undefined;
  if (text === undefined) throw new Error(`a policy refers to ${JSON.stringify(value)}`);
  return text;
}
