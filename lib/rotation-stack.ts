import { type CfnElement, CfnOutput, Duration, RemovalPolicy, Stack, Validations } from 'aws-cdk-lib';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import { DefinitionBody, LogLevel, StateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import type { Construct } from 'constructs';
import { BESIDE_SOAK } from '../lambdas/domain/next-run/time-left.ts';
import { comeAfterDeath } from './after-death.ts';
import { alarms } from './alarms/alarms.ts';
import { placeOf } from './checks/place.ts';
import { clientListAsset } from './client-list.ts';
import type { Organization } from './config.ts';
import { type StepFunctions, stepFunctions } from './functions.ts';
import { journalTable } from './journal-table.ts';
import { LABELS } from './machine/waves.ts';
import { workflow } from './machine/workflow.ts';
import { acknowledgeManifests, manifestBucket } from './manifests.ts';
import { news } from './news.ts';
import { operatorPolicy } from './operators.ts';
import { clockwork, sweepDaily } from './schedules.ts';

export type RotationStackProps = {
  /** The organization's name in the configuration. */
  name: string;
  organization: Organization;
  /** The admin secrets of other organizations that may be in the same region. */
  neighbours?: readonly string[];
  /** The directory with the bundled steps. */
  bundles: string;
};

/** Creates the stack with everything that rotates one organization's trust anchors. */
export function rotationStack(
  scope: Construct,
  { name, organization, neighbours = [], bundles }: RotationStackProps,
): Stack {
  const stack = new Stack(scope, `Windlass-${name}`, {
    description: `Windlass: rotates the trust anchors behind OpenAI mutual TLS for ${name}`,
    // With hundreds of secrets, each named by several roles, white space would be half of the megabyte that
    // CloudFormation takes.
    suppressTemplateIndentation: true,
    tags: { 'windlass:organization': name },
    ...(organization.region !== undefined && { env: { region: organization.region } }),
  });
  const machineName = `windlass-${name}`;
  const time = clockwork(stack, { name, machineName });
  const table = journalTable(stack);
  const manifests = manifestBucket(stack);
  const functions = stepFunctions(stack, {
    name,
    organization,
    neighbours,
    clockwork: time,
    table,
    clientList: clientListAsset(stack, name, organization),
    manifests,
    machineName,
    bundles,
  });
  const machine = new StateMachine(stack, 'Rotation', {
    stateMachineName: machineName,
    comment: 'plan, activate, verify, promote, soak, deactivate, confirm, schedule next',
    definitionBody: DefinitionBody.fromChainable(workflow(stack, { functions, manifests, organization })),
    timeout: Duration.seconds(organization.policy.soak + BESIDE_SOAK),
    tracingEnabled: true,
    // Logs every event without the data that it carried. The execution's history has that data for 90 days,
    // under a permission of its own.
    logs: { destination: machineLogs(stack, machineName), level: LogLevel.ALL, includeExecutionData: false },
    // Without its functions the machine could only fail. Stopped in a soak, it leaves old and new anchors
    // active, which is safe (I11).
    removalPolicy: RemovalPolicy.DESTROY,
  });
  acknowledgeWildcards(machine, functions);
  acknowledgeManifests(machine, manifests);
  sweepDaily(time, machine);
  const untold = comeAfterDeath(time, machine, functions.release);
  const { topic, key } = alarms(stack, {
    ...{ name, machine, policy: organization.policy },
    ...{ deadLetters: time.deadLetters, untold, email: organization.alarmEmail },
    runbook: organization.runbook,
  });
  const told = news(stack, { name, machine, key });
  const operators = operatorPolicy(stack, { machine, machineName, table, clockwork: time, topic });
  new CfnOutput(stack, 'RotationArn', { value: machine.stateMachineArn });
  new CfnOutput(stack, 'ManifestBucketName', { value: manifests.bucketName });
  new CfnOutput(stack, 'TableName', { value: table.tableName });
  new CfnOutput(stack, 'AlarmTopicArn', { value: topic.topicArn });
  new CfnOutput(stack, 'NewsTopicArn', { value: told.topicArn });
  new CfnOutput(stack, 'OperatorPolicyArn', { value: operators.managedPolicyArn });
  return stack;
}

function machineLogs(stack: Stack, machineName: string): LogGroup {
  return new LogGroup(stack, 'RotationLogs', {
    // Log groups with this prefix do not count into the one resource policy whose size is limited.
    logGroupName: `/aws/vendedlogs/states/${machineName}`,
    retention: RetentionDays.THIRTEEN_MONTHS,
    // Its fixed name has to be free for the next stack. What was done is in the functions' logs, which stay.
    removalPolicy: RemovalPolicy.DESTROY,
  });
}

const logicalIdOf = ({ node }: Construct): string =>
  Stack.of(node.scope as Construct).getLogicalId(node.defaultChild as CfnElement);

function acknowledgeWildcards(machine: StateMachine, functions: StepFunctions): void {
  const acknowledge = (resource: string, reason: string) =>
    Validations.of(machine).acknowledge({ id: `AwsSolutions-IAM5[Resource::${resource}]`, reason });
  acknowledge(
    '*',
    'CloudWatch Logs deliveries and X-Ray traces have no resources to name: they accept only "*".',
  );
  const self = `{"Fn::Select":[6,{"Fn::Split":[":",{"Ref":"${logicalIdOf(machine)}"}]}]}`;
  const executions = `${placeOf(machine.stack, 'states')}:execution:${self}`;
  for (const label of ['', ...LABELS.map((label) => `/${label}`)])
    acknowledge(
      `${executions}${label}:*`,
      'The executions of this one machine and of its own Maps, which have no names before they start.',
    );
  for (const lambda of Object.values(functions))
    acknowledge(
      `<${logicalIdOf(lambda)}.Arn>:*`,
      'The versions of this one step. None is published, and each would be the same step.',
    );
}
