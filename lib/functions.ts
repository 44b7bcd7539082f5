import { Duration, RemovalPolicy, Stack, Validations } from 'aws-cdk-lib';
import type { TableV2 } from 'aws-cdk-lib/aws-dynamodb';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import {
  Architecture,
  Code,
  Function as Lambda,
  LoggingFormat,
  Runtime,
  Tracing,
} from 'aws-cdk-lib/aws-lambda';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { bundleOf, type Step, steps } from './bundle.ts';
import type { Organization } from './config.ts';
import { configuredAs } from './configured.ts';
import { tableStatements } from './journal-table.ts';
import { executionStatement, reaches, secretStatements } from './permissions.ts';
import type { Clockwork } from './schedules.ts';

type Room = { timeout: Duration; memorySize: number };

// One scope: a few API calls or probes, whose client waits out a Retry-After in seconds, not minutes.
const ONE_SCOPE: Room = { timeout: Duration.minutes(5), memorySize: 512 };

/** How long a step may take, and the memory (and with it CPU) it gets. */
export const limits: Record<Step, Room> = {
  // Lists every scope, up to thousands of projects, and holds the whole inventory at once.
  plan: { timeout: Duration.minutes(15), memorySize: 1769 },
  activate: ONE_SCOPE,
  verify: ONE_SCOPE,
  deactivate: ONE_SCOPE,
  confirm: ONE_SCOPE,
  // A few calls to Secrets Manager for every client, one client after the other.
  promote: { timeout: Duration.minutes(5), memorySize: 256 },
  undo: ONE_SCOPE,
  // Probes every promoted client, ten at once.
  restore: { timeout: Duration.minutes(10), memorySize: 512 },
  'schedule-next': { timeout: Duration.minutes(1), memorySize: 256 },
  release: { timeout: Duration.minutes(1), memorySize: 256 },
};

export type StepFunctions = Record<Step, Lambda>;

/** One function for each step, each with a role of its own and nothing in its environment that it does not read. */
export function stepFunctions(scope: Construct, props: FunctionProps): StepFunctions {
  const within = new Construct(scope, 'Steps');
  return Object.fromEntries(steps.map((step) => [step, stepFunction(within, step, props)])) as StepFunctions;
}

export type FunctionProps = {
  name: string;
  organization: Organization;
  clockwork: Clockwork;
  /** The lease and the journal. */
  table: TableV2;
  machineName: string;
  /** Where the steps have been bundled to. */
  bundles: string;
};

function stepFunction(scope: Construct, step: Step, props: FunctionProps): Lambda {
  const id = step
    .split('-')
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
    .join('');
  const logGroup = new LogGroup(scope, `${id}Logs`, {
    // Longer than a year, so that the logs of the last yearly rotation are there during the next one.
    retention: RetentionDays.THIRTEEN_MONTHS,
    // What was done to an organization's trust has to be readable after the stack is gone.
    removalPolicy: RemovalPolicy.RETAIN,
  });
  const role = new Role(scope, `${id}Role`, { assumedBy: new ServicePrincipal('lambda.amazonaws.com') });
  logGroup.grantWrite(role);
  for (const statement of secretStatements(Stack.of(scope), step, props.organization))
    role.addToPolicy(statement);
  if (reaches[step].schedule) props.clockwork.allowScheduling(role);
  for (const statement of tableStatements(props.table, reaches[step].table)) role.addToPolicy(statement);
  if (reaches[step].executions) role.addToPolicy(executionStatement(Stack.of(scope), props.machineName));
  acknowledgeWildcards(role, step, props.machineName);
  return new Lambda(scope, id, {
    functionName: `windlass-${props.name}-${step}`,
    description: `Windlass for ${props.name}: ${step}`,
    code: Code.fromAsset(bundleOf(props.bundles, step)),
    handler: 'index.handler',
    runtime: Runtime.NODEJS_24_X,
    architecture: Architecture.ARM_64,
    ...limits[step],
    role,
    logGroup,
    loggingFormat: LoggingFormat.JSON,
    tracing: Tracing.ACTIVE,
    environment: { NODE_OPTIONS: '--enable-source-maps', ...environmentOf(step, props) },
  });
}

function acknowledgeWildcards(role: Role, step: Step, machineName: string): void {
  const acknowledge = (resource: string, reason: string) =>
    Validations.of(role).acknowledge({ id: `AwsSolutions-IAM5[Resource::${resource}]`, reason });
  acknowledge(
    '*',
    'X-Ray has no resources to name: PutTraceSegments and PutTelemetryRecords accept only "*".',
  );
  if (reaches[step].executions)
    acknowledge(
      `arn:<AWS::Partition>:states:<AWS::Region>:<AWS::AccountId>:execution:${machineName}:*`,
      'The executions of this one machine, which have no names before they start; all it may do is to describe them.',
    );
}

/** Only what the step's adapters read. Clients and policy come with Plan's input: 4 KB would not hold them. */
function environmentOf(
  step: Step,
  { organization, clockwork, table }: FunctionProps,
): Record<string, string> {
  const { admin, hosts, schedule, hold, configured } = reaches[step];
  return {
    ...(admin && {
      WINDLASS_ADMIN_SECRET: organization.adminSecret,
      OPENAI_BASE_URL: organization.baseUrl,
    }),
    ...(hosts && { WINDLASS_MTLS_HOSTS: JSON.stringify(organization.mtlsHosts) }),
    ...(hold && { WINDLASS_HOLD: JSON.stringify(organization.policy.hold) }),
    ...(configured && { WINDLASS_CONFIGURED: configuredAs(organization) }),
    ...(schedule && clockwork.environment),
    WINDLASS_TABLE: table.tableName,
  };
}
