import {
  CloudFormationClient,
  CreateStackCommand,
  DescribeStackEventsCommand,
} from '@aws-sdk/client-cloudformation';
import { DescribeTableCommand, DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb';
import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { GetScheduleCommand, SchedulerClient } from '@aws-sdk/client-scheduler';
import { DescribeExecutionCommand, type SFN, SFNClient, StartExecutionCommand } from '@aws-sdk/client-sfn';
import { eventually } from './eventually.ts';
import { itemsOfVersion } from './probes/items-of-version.ts';
import { endOf, limited } from './probes/limited-role.ts';
import { alarmTemplate, PROBE_TYPE } from './probes/probe-templates.ts';
import { ACCOUNT, REGION, type Workspace } from './workspace.ts';

/**
 * A difference between AWS and MiniStack, the emulator of `deploy:local`, that no configuration can remove.
 */
export type Difference = {
  /** The name by which `app.ts` and the checks cite it. */
  id: string;
  /** What the emulator does, and what follows from that for the run. */
  what: string;
  /**
   * Whether the emulator still differs. For a repaired version the check fails, and the entry can be removed.
   */
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
    id: 'event-keys',
    what: 'it knows neither events:source nor events:detail-type when it enforces IAM, so two roles may put any event there',
    isStill: async (workspace, { organization, table }) => {
      const events = new EventBridgeClient(await limited(workspace, { organization, table }));
      const entry = { Source: 'anybody', DetailType: PROBE_TYPE, Detail: '{}' };
      return isRefused(events.send(new PutEventsCommand({ Entries: [entry] })));
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
    id: 'list-version',
    what: 'it reads the newest version of a list whatever version the Map names, so that a run goes by its own list there only because nobody writes another',
    isStill: async (workspace) => (await itemsOfVersion(workspace, ['old', 'new'])).includes('new'),
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

const isRefused = (call: Promise<unknown>): Promise<boolean> =>
  call.then(
    () => false,
    (error: Error) => {
      if (/AccessDenied/.test(error.name)) return true;
      throw error;
    },
  );

/**
 * A difference between AWS and moto, the other engine of `verify:engines`, that nothing in `engines` can
 * configure away.
 */
export type EngineDifference = {
  /** The name by which `engines` cites it. */
  id: string;
  what: string;
  /**
   * Turns a line of AWS and of the interpreter into the one that moto has. The comparison fails when moto has
   * the original line.
   */
  says?(line: string): string;
  /** Whether moto still differs. */
  isStill?(machines: SFN): Promise<boolean>;
};

export const engineDifferences: readonly EngineDifference[] = [
  {
    id: 'child-id',
    what: "it tells a distributed Map's child the id of its parent, so the fence of each scope has that",
    says: (line) => line.replace(/("child":"execution [\w-]+) in [\w-]+"/, '$1"'),
  },
  {
    id: 'whole-percentage',
    what: 'it takes a ToleratedFailurePercentage for a number only with a decimal point',
    isStill: (machines) => creating(machines, 'whole-percentage', tolerant).then(no, yes),
  },
  {
    id: 'start-time',
    what: 'the start of an execution is no text in its context, and what copies it cannot be described',
    async isStill(machines) {
      const { stateMachineArn } = await creating(machines, 'start-time', copiesItsStart);
      // For an execution of this name, moto is left unchanged.
      const { executionArn } = await machines.startExecution({ stateMachineArn, name: 'as-it-is' });
      return eventually(30, 'the end of a copied start', async () => {
        const seen = await machines.describeExecution({ executionArn }).catch(() => null);
        if (seen?.status === 'RUNNING') return null;
        return { failed: seen === null };
      }).then(({ failed }) => failed);
    },
  },
];

const creating = (machines: SFN, name: string, definition: object) =>
  machines.createStateMachine({
    ...{ name, definition: JSON.stringify(definition) },
    roleArn: `arn:aws:iam::${ACCOUNT}:role/engine`,
  });

const [yes, no] = [() => true, () => false];

const end = { Type: 'Pass', End: true };

const copiesItsStart = {
  StartAt: 'Copy',
  States: { Copy: { ...end, Parameters: { 'at.$': '$$.Execution.StartTime' } } },
};

const tolerant = {
  StartAt: 'Each',
  States: {
    Each: {
      ...{ Type: 'Map', End: true, ToleratedFailurePercentage: 100 },
      ItemProcessor: {
        ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: 'STANDARD' },
        ...{ StartAt: 'One', States: { One: end } },
      },
    },
  },
};
