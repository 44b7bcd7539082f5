import {
  CloudFormationClient,
  CreateStackCommand,
  DescribeStackEventsCommand,
  DescribeStacksCommand,
} from '@aws-sdk/client-cloudformation';
import { DescribeTableCommand, DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb';
import { GetScheduleCommand, SchedulerClient } from '@aws-sdk/client-scheduler';
import { DescribeExecutionCommand, SFNClient, StartExecutionCommand } from '@aws-sdk/client-sfn';
import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts';
import { eventually } from './operator.ts';
import { alarmTemplate, roleTemplate } from './probe-templates.ts';
import { ACCOUNT, REGION, type Workspace } from './workspace.ts';

/** What the emulator does otherwise than AWS, and nothing here can configure around. */
export type Difference = {
  /** As `app.ts` and the checks cite it. */
  id: string;
  /** What it does, and what that makes of the run. */
  what: string;
  /** True as long as it does: a version that is repaired fails its check, and the line can go. */
  isStill(workspace: Workspace, deployed: { organization: string; table: string }): Promise<boolean>;
};

export const knownDifferences: readonly Difference[] = [
  {
    id: 'metric-math',
    what: 'it refuses an alarm on metric math, so the alarm SweepMissing is left out of the stacks',
    isStill: async ({ settings }) => {
      const cloudFormation = new CloudFormationClient(settings);
      const StackName = 'difference-metric-math';
      await cloudFormation.send(new CreateStackCommand({ StackName, TemplateBody: alarmTemplate() }));
      if ((await endOf(cloudFormation, StackName)) === 'CREATE_COMPLETE') return false;
      const { StackEvents = [] } = await cloudFormation.send(new DescribeStackEventsCommand({ StackName }));
      return StackEvents.some(({ ResourceStatusReason = '' }) => /metric math/.test(ResourceStatusReason));
    },
  },
  {
    id: 'schedule-group',
    what: 'it takes every schedule for one of the group "default" when it enforces IAM, so two roles may set that one too',
    isStill: async (workspace, { organization, table }) => {
      const name = { Name: 'sweep', GroupName: `windlass-${organization}` };
      const scheduler = new SchedulerClient(await limited(workspace, { organization, table }));
      return isRefused(scheduler.send(new GetScheduleCommand(name)));
    },
  },
  {
    id: 'leading-keys',
    what: 'it ignores the condition dynamodb:LeadingKeys, so a step that reaches for a partition too many is not refused',
    isStill: async (workspace, { organization, table }) => {
      const Key = { pk: { S: 'rotation' }, sk: { S: 'none' } };
      const dynamo = new DynamoDBClient(await limited(workspace, { organization, table }));
      return !(await isRefused(dynamo.send(new GetItemCommand({ TableName: table, Key }))));
    },
  },
  {
    id: 'deletion-protection',
    what: 'it leaves the deletion protection of a table out, which only the tests of the template show',
    isStill: async ({ settings }, { table }) => {
      const describe = new DescribeTableCommand({ TableName: table });
      const { Table } = await new DynamoDBClient(settings).send(describe);
      return Table?.DeletionProtectionEnabled !== true;
    },
  },
  {
    id: 'error-name',
    what: "it gives every error of a Node.js function the name Runtime.HandlerError, so no state's Catch or Retry goes by a name: what was taken over ends red, not as Superseded",
    isStill: async ({ settings }, { organization }) => {
      const machines = new SFNClient(settings);
      const stateMachineArn = `arn:aws:states:${REGION}:${ACCOUNT}:stateMachine:windlass-${organization}`;
      const malformed = new StartExecutionCommand({ stateMachineArn, input: '{"mode":"no such mode"}' });
      const { executionArn } = await machines.send(malformed);
      const ended = await eventually(60, 'the end of a malformed request', async () => {
        const seen = await machines.send(new DescribeExecutionCommand({ executionArn }));
        return seen.status === 'RUNNING' ? null : seen;
      });
      return ended.status === 'FAILED' && ended.error === 'Runtime.HandlerError';
    },
  },
];

const ROLES = 'difference-role';

/** The settings of a role that may read one partition of the table, and one schedule. */
async function limited({ settings }: Workspace, deployed: { organization: string; table: string }) {
  const cloudFormation = new CloudFormationClient(settings);
  const create = new CreateStackCommand({
    StackName: ROLES,
    TemplateBody: roleTemplate(deployed),
    Capabilities: ['CAPABILITY_IAM'],
  });
  await cloudFormation.send(create).catch((error) => {
    if (error.name !== 'AlreadyExistsException') throw error;
  });
  await endOf(cloudFormation, ROLES);
  const { Stacks } = await cloudFormation.send(new DescribeStacksCommand({ StackName: ROLES }));
  const RoleArn = Stacks?.[0]?.Outputs?.[0]?.OutputValue;
  const assume = new AssumeRoleCommand({ RoleArn, RoleSessionName: 'differences' });
  const { Credentials: { AccessKeyId, SecretAccessKey, SessionToken } = {} } = await new STSClient(
    settings,
  ).send(assume);
  if (!AccessKeyId || !SecretAccessKey || !SessionToken) throw new Error('the role gave no credentials');
  const credentials = {
    accessKeyId: AccessKeyId,
    secretAccessKey: SecretAccessKey,
    sessionToken: SessionToken,
  };
  return { ...settings, credentials };
}

const endOf = (cloudFormation: CloudFormationClient, StackName: string): Promise<string> =>
  eventually(60, `the stack ${StackName}`, async () => {
    const { Stacks } = await cloudFormation.send(new DescribeStacksCommand({ StackName }));
    const status = Stacks?.[0]?.StackStatus ?? '';
    return status.endsWith('_IN_PROGRESS') ? null : status;
  });

const isRefused = (call: Promise<unknown>): Promise<boolean> =>
  call.then(
    () => false,
    (error: Error) => {
      if (/AccessDenied/.test(error.name)) return true;
      throw error;
    },
  );
