import { Duration, RemovalPolicy, Stack, Validations } from 'aws-cdk-lib';
import { ManagedPolicy, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
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
import { bundleOf } from './bundle.ts';
import { placeOf } from './checks/place.ts';
import type { Organization } from './config.ts';
import { environmentOf, type Surroundings } from './function-environment.ts';
import { tableStatements } from './journal-table.ts';
import { acknowledgeManifests, manifestStatements, surveyStatement } from './manifests.ts';
import { intoNetwork, networkStatements } from './network.ts';
import { acknowledgeSecrets, eventStatement, executionStatement, secretStatements } from './permissions.ts';
import { needsOf, type Step, steps } from './steps.ts';

/** How long a step may take before Lambda ends it. */
export const timeoutOf = (step: Step): Duration => Duration.minutes(needsOf(step).room.minutes);

export type StepFunctions = Record<Step, Lambda>;

/**
 * Creates one function for each step. Each has a role of its own, and an environment with only what it reads.
 */
export function stepFunctions(scope: Construct, props: FunctionProps): StepFunctions {
  const within = new Construct(scope, 'Steps');
  return Object.fromEntries(steps.map((step) => [step, stepFunction(within, step, props)])) as StepFunctions;
}

export type FunctionProps = Surroundings & {
  /** The admin secrets of other organizations that may be in the same region. */
  neighbours: readonly string[];
  machineName: string;
  /** The directory with the bundled steps. */
  bundles: string;
};

function stepFunction(scope: Construct, step: Step, props: FunctionProps): Lambda {
  const id = step
    .split('-')
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
    .join('');
  const logGroup = new LogGroup(scope, `${id}Logs`, {
    // Longer than a year, so that the logs of one yearly rotation are still there during the next.
    retention: RetentionDays.THIRTEEN_MONTHS,
    // The record of what was done to an organization's trust has to be readable after the stack is gone.
    removalPolicy: RemovalPolicy.RETAIN,
  });
  const functionName = `windlass-${props.name}-${step}`;
  const role = new Role(scope, `${id}Role`, { assumedBy: new ServicePrincipal('lambda.amazonaws.com') });
  logGroup.grantWrite(role);
  const secrets = secretStatements(Stack.of(scope), step, props);
  for (const statement of secrets.own) role.addToPolicy(statement);
  const beside = secrets.beside.map(
    (statement, at) =>
      new ManagedPolicy(scope, `${id}Secrets${at + 1}`, { statements: [statement], roles: [role] }),
  );
  if (needsOf(step).schedule) props.clockwork.allowScheduling(role);
  for (const statement of tableStatements(props.table, needsOf(step).table)) role.addToPolicy(statement);
  for (const statement of manifestStatements(props.manifests, needsOf(step).manifests))
    role.addToPolicy(statement);
  if (needsOf(step).surveys) role.addToPolicy(surveyStatement(props.manifests));
  const network = { step, functionName, vpc: props.organization.vpc };
  for (const statement of networkStatements(Stack.of(scope), network)) role.addToPolicy(statement);
  if (needsOf(step).list) role.addToPolicy(props.clientList.statement);
  if (needsOf(step).executions) role.addToPolicy(executionStatement(Stack.of(scope), props.machineName));
  const { events } = needsOf(step);
  if (events) role.addToPolicy(eventStatement(Stack.of(scope), events));
  acknowledgeWildcards(role, step, props.machineName);
  if (needsOf(step).clients) acknowledgeSecrets(role, props.organization);
  if (needsOf(step).manifests) acknowledgeManifests(role, props.manifests);
  const lambda = new Lambda(scope, id, {
    functionName,
    description: `Windlass for ${props.name}: ${step}`,
    code: Code.fromAsset(bundleOf(props.bundles, step)),
    handler: 'index.handler',
    runtime: Runtime.NODEJS_24_X,
    architecture: Architecture.ARM_64,
    timeout: timeoutOf(step),
    memorySize: needsOf(step).room.memory,
    ...reserved(props.organization),
    role,
    logGroup,
    loggingFormat: LoggingFormat.JSON,
    tracing: Tracing.ACTIVE,
    environment: { NODE_OPTIONS: '--enable-source-maps', ...environmentOf(step, props) },
  });
  lambda.node.addDependency(...beside);
  intoNetwork(lambda, role, step, props.organization);
  return lambda;
}

/** The executions reserved for each step, which other functions of the account cannot use up. */
const reserved = ({ reservedConcurrency }: Organization) =>
  reservedConcurrency === undefined ? {} : { reservedConcurrentExecutions: reservedConcurrency };

function acknowledgeWildcards(role: Role, step: Step, machineName: string): void {
  const acknowledge = (resource: string, reason: string) =>
    Validations.of(role).acknowledge({ id: `AwsSolutions-IAM5[Resource::${resource}]`, reason });
  acknowledge(
    '*',
    'X-Ray has no resources to name: PutTraceSegments and PutTelemetryRecords accept only "*".',
  );
  if (needsOf(step).executions)
    acknowledge(
      `${placeOf(Stack.of(role), 'states')}:execution:${machineName}:*`,
      'The executions of this one machine, which have no names before they start; all it may do is to describe them.',
    );
}
