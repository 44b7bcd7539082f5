/** The inputs of the function and of the machine below, and what they answer. */
export const SAID = {
  longest: 40_000,
  error: 'ToldByName',
  event: { source: 'windlass-verify', kind: 'Windlass Question' },
  item: { old: ['a', 'fails'], new: ['other'] },
} as const;

/**
 * A function that returns its input. For one item it fails under a name of its own, with a longer message
 * than an API keeps.
 */
const SOURCE = `exports.handler = async (asked) => {
  if (asked.item !== 'fails') return asked;
  const error = new Error('x'.repeat(${SAID.longest}));
  error.name = '${SAID.error}';
  throw error;
};`;

const assumedBy = (Service: string) => ({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Principal: { Service }, Action: 'sts:AssumeRole' }],
});
const allowing = (PolicyName: string, ...Statement: object[]) => ({
  PolicyName,
  PolicyDocument: { Version: '2012-10-17', Statement: Statement.map((one) => ({ Effect: 'Allow', ...one })) },
});
const sub = (text: string) => ({ 'Fn::Sub': text });
const arnOf = (id: string) => ({ 'Fn::GetAtt': [id, 'Arn'] });
/** A variable that CloudFormation fills in. */
const filled = (name: string) => `\${${name}}`;
const [partition, stackName, says] = ['AWS::Partition', 'AWS::StackName', 'Says.Arn'].map(filled);
const MACHINE = `arn:${partition}:states:${filled('AWS::Region')}:${filled('AWS::AccountId')}:stateMachine:${stackName}`;
const BUS = `arn:${partition}:events:${filled('AWS::Region')}:${filled('AWS::AccountId')}:event-bus/default`;

/** A list in S3, a child for each item, and then a failure that is caught by its name. */
const definition = {
  StartAt: 'Each',
  States: {
    Each: {
      ...{ Type: 'Map', Label: 'each', Next: 'Fail by name', ToleratedFailurePercentage: 100 },
      ItemReader: {
        Resource: `arn:${partition}:states:::s3:getObject`,
        ReaderConfig: { InputType: 'JSON' },
        Parameters: { 'Bucket.$': '$.bucket', 'Key.$': '$.key', 'VersionId.$': '$.version' },
      },
      ItemSelector: { 'item.$': '$$.Map.Item.Value' },
      ItemProcessor: {
        ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: 'STANDARD' },
        StartAt: 'Say',
        States: {
          Say: {
            ...{ Type: 'Task', Resource: says, End: true },
            Parameters: { 'item.$': '$.item', 'child.$': '$$.Execution.Id' },
          },
        },
      },
      ResultPath: '$.children',
    },
    'Fail by name': {
      ...{ Type: 'Task', Resource: says, End: true, Parameters: { item: 'fails' } },
      Catch: [{ ErrorEquals: [SAID.error], ResultPath: '$.caught', Next: 'Caught' }],
    },
    Caught: { Type: 'Succeed' },
  },
};

/** Everything that the questions to an account need. Nothing of it stays. */
export const stackTemplate = {
  Description: 'Windlass: questions that only AWS can answer. Made and removed by npm run verify:account',
  Resources: {
    Lists: { Type: 'AWS::S3::Bucket', Properties: { VersioningConfiguration: { Status: 'Enabled' } } },
    Table: {
      Type: 'AWS::DynamoDB::Table',
      Properties: {
        BillingMode: 'PAY_PER_REQUEST',
        AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' }],
        KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
      },
    },
    Reader: {
      Type: 'AWS::IAM::Role',
      Properties: {
        AssumeRolePolicyDocument: {
          Version: '2012-10-17',
          Statement: [
            { Effect: 'Allow', Principal: { AWS: { Ref: 'AWS::AccountId' } }, Action: 'sts:AssumeRole' },
          ],
        },
        Policies: [
          allowing('one-partition', {
            Action: 'dynamodb:GetItem',
            Resource: arnOf('Table'),
            Condition: { 'ForAllValues:StringEquals': { 'dynamodb:LeadingKeys': ['allowed'] } },
          }),
          allowing('one-event', {
            Action: 'events:PutEvents',
            Resource: sub(BUS),
            Condition: {
              'ForAllValues:StringEquals': { 'events:source': SAID.event.source },
              StringEquals: { 'events:detail-type': [SAID.event.kind] },
            },
          }),
        ],
      },
    },
    SaysRole: {
      Type: 'AWS::IAM::Role',
      Properties: { AssumeRolePolicyDocument: assumedBy('lambda.amazonaws.com') },
    },
    Says: {
      Type: 'AWS::Lambda::Function',
      Properties: {
        ...{ Runtime: 'nodejs24.x', Handler: 'index.handler', Role: arnOf('SaysRole') },
        Code: { ZipFile: SOURCE },
      },
    },
    MachineRole: {
      Type: 'AWS::IAM::Role',
      Properties: {
        AssumeRolePolicyDocument: assumedBy('states.amazonaws.com'),
        Policies: [
          allowing(
            'machine',
            { Action: 'lambda:InvokeFunction', Resource: arnOf('Says') },
            { Action: ['s3:GetObject', 's3:GetObjectVersion'], Resource: sub(`${filled('Lists.Arn')}/*`) },
            { Action: 'states:StartExecution', Resource: sub(MACHINE) },
          ),
        ],
      },
    },
    Machine: {
      Type: 'AWS::StepFunctions::StateMachine',
      Properties: {
        StateMachineName: { Ref: 'AWS::StackName' },
        RoleArn: arnOf('MachineRole'),
        DefinitionString: sub(JSON.stringify(definition)),
      },
    },
  },
  Outputs: {
    Lists: { Value: { Ref: 'Lists' } },
    Table: { Value: { Ref: 'Table' } },
    Reader: { Value: arnOf('Reader') },
    Machine: { Value: { Ref: 'Machine' } },
  },
};
