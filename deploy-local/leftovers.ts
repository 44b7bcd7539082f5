import assert from 'node:assert/strict';
import {
  CloudFormationClient,
  DescribeStacksCommand,
  ListStackResourcesCommand,
} from '@aws-sdk/client-cloudformation';
import { CloudWatchLogsClient, paginateDescribeLogGroups } from '@aws-sdk/client-cloudwatch-logs';
import { DescribeTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { ListScheduleGroupsCommand, SchedulerClient } from '@aws-sdk/client-scheduler';
import { ListSecretsCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { ListStateMachinesCommand, SFNClient } from '@aws-sdk/client-sfn';
import { steps } from '../lib/steps.ts';
import type { Workspace } from './workspace.ts';

/** What outlives a stack: its table, and the logs of its functions. */
export type ToStay = { stack: string; table: string; logGroups: string[] };

/** Reads from a stack, before it is deleted, what will outlive it. */
export async function whatIsToStay(organization: string, { settings }: Workspace): Promise<ToStay> {
  const StackName = `Windlass-${organization}`;
  const cloudFormation = new CloudFormationClient(settings);
  const made: { type: string; logical: string; physical: string }[] = [];
  let NextToken: string | undefined;
  do {
    const page = await cloudFormation.send(new ListStackResourcesCommand({ StackName, NextToken }));
    for (const {
      ResourceType: type = '',
      LogicalResourceId: logical = '',
      PhysicalResourceId: physical = '',
    } of page.StackResourceSummaries ?? [])
      made.push({ type, logical, physical });
    NextToken = page.NextToken;
  } while (NextToken);
  const named = (kind: string) => made.filter(({ type }) => type === kind);
  return {
    stack: StackName,
    table: named('AWS::DynamoDB::GlobalTable')[0]?.physical ?? '',
    logGroups: named('AWS::Logs::LogGroup').flatMap(({ logical, physical }) =>
      logical.startsWith('Steps') ? [physical] : [],
    ),
  };
}

/**
 * Checks that only the tables and the functions' logs stay, and the secrets, which belong to the user
 * (docs/operations.md).
 */
export async function onlyThatStays(
  toStay: readonly ToStay[],
  secrets: readonly string[],
  workspace: Workspace,
): Promise<void> {
  const { settings } = workspace;
  for (const { stack, table, logGroups } of toStay) {
    const described = new CloudFormationClient(settings).send(
      new DescribeStacksCommand({ StackName: stack }),
    );
    await assert.rejects(described, `${stack} is still there`);
    await new DynamoDBClient(settings).send(new DescribeTableCommand({ TableName: table }));
    assert.equal(logGroups.length, steps.length, 'a log group for each function');
  }
  const logs = (await logGroupNames(workspace)).filter((name) => /windlass/i.test(name));
  assert.deepEqual(logs.sort(), toStay.flatMap(({ logGroups }) => logGroups).sort());
  const { stateMachines = [] } = await new SFNClient(settings).send(new ListStateMachinesCommand({}));
  assert.deepEqual(stateMachines, []);
  const { ScheduleGroups = [] } = await new SchedulerClient(settings).send(new ListScheduleGroupsCommand({}));
  assert.deepEqual(
    ScheduleGroups.filter(({ Name }) => Name !== 'default'),
    [],
  );
  const { SecretList = [] } = await new SecretsManagerClient(settings).send(new ListSecretsCommand({}));
  assert.deepEqual(SecretList.map(({ Name }) => Name).sort(), secrets.toSorted());
}

async function logGroupNames({ settings }: Workspace): Promise<string[]> {
  const names: string[] = [];
  const client = new CloudWatchLogsClient(settings);
  for await (const { logGroups = [] } of paginateDescribeLogGroups({ client }, {}))
    names.push(...logGroups.flatMap(({ logGroupName }) => logGroupName ?? []));
  return names;
}
