/** A synthesized CloudFormation template, with the parts that this file reads. */
export type Template = { Resources: Record<string, { Type: string; Properties?: Record<string, unknown> }> };

/** A state of the Amazon States Language, with the fields that Windlass uses. */
export type State = {
  Type: 'Task' | 'Map' | 'Choice' | 'Pass' | 'Wait' | 'Succeed' | 'Fail';
  Resource?: string;
  ItemProcessor?: Definition;
  [field: string]: unknown;
};

/** A machine, or the machine within a Map state. */
export type Definition = { StartAt: string; States: Record<string, State>; [field: string]: unknown };

/** A function of the template, as Lambda would run it. */
type TemplateFunction = {
  name: string;
  /** The directory of its code, within the cloud assembly. */
  assetDirectory: string;
  /** `file.export`, where the file is without its extension. */
  handler: string;
  timeoutSeconds: number;
  /** As in the template: a value may be an intrinsic, which the caller has to fill in. */
  environment: Record<string, unknown>;
};

/** The machine of one stack's template as plain ASL, and its functions by the ARN that its tasks name. */
export type ResolvedDefinition = { definition: Definition; functions: Record<string, TemplateFunction> };

/**
 * Reads the state machine from a synthesized template. Before a deployment no ARN exists, so each function
 * gets one made from its logical id. Throws when the template has not exactly one machine. Also throws when
 * the definition refers to anything but functions: this reader then has to learn more before its result can
 * be trusted.
 */
export function resolveDefinition(template: Template): ResolvedDefinition {
  const of = (type: string) => Object.entries(template.Resources).filter(([, { Type }]) => Type === type);
  const machines = of('AWS::StepFunctions::StateMachine');
  const [machine] = machines;
  if (!machine || machines.length > 1)
    throw new Error(`expected one state machine, found ${machines.length}`);
  const functions = of('AWS::Lambda::Function').map(([id, { Properties }]) => [
    arnOf(id),
    functionOf(Properties),
  ]);
  const definition: Definition = JSON.parse(joined(machine[1].Properties?.DefinitionString));
  return { definition, functions: Object.fromEntries(functions) };
}

const arnOf = (logicalId: string) => `arn:aws:lambda:us-east-1:000000000000:function:${logicalId}`;

function joined(value: unknown): string {
  if (typeof value === 'string') return value;
  if (isPartition(value)) return 'aws';
  if (isJoin(value))
    return value['Fn::Join'][1]
      .map((part) => (isArn(part) ? arnOf(part['Fn::GetAtt'][0]) : joined(part)))
      .join(value['Fn::Join'][0]);
  throw new Error(`the definition refers to ${JSON.stringify(value)}, which is no function`);
}

const isPartition = (value: unknown): boolean =>
  typeof value === 'object' && value !== null && 'Ref' in value && value.Ref === 'AWS::Partition';

const isJoin = (value: unknown): value is { 'Fn::Join': [string, unknown[]] } =>
  typeof value === 'object' && value !== null && 'Fn::Join' in value;

const isArn = (value: unknown): value is { 'Fn::GetAtt': [string, 'Arn'] } =>
  typeof value === 'object' &&
  value !== null &&
  'Fn::GetAtt' in value &&
  Array.isArray(value['Fn::GetAtt']) &&
  value['Fn::GetAtt'][1] === 'Arn';

type FunctionProperties = {
  FunctionName: string;
  Code: { S3Key: string };
  Handler: string;
  Timeout: number;
  Environment?: { Variables: Record<string, unknown> };
};

function functionOf(properties: unknown): TemplateFunction {
  const { FunctionName, Code, Handler, Timeout, Environment } = properties as FunctionProperties;
  return {
    name: FunctionName,
    // The CDK stages an asset under the hash that names its upload.
    assetDirectory: `asset.${Code.S3Key.replace(/\.zip$/, '')}`,
    handler: Handler,
    timeoutSeconds: Timeout,
    environment: Environment?.Variables ?? {},
  };
}
