import { DynamoDBClient, ListTablesCommand } from '@aws-sdk/client-dynamodb';
import { WindlassError } from '../../lambdas/domain/errors.ts';
import { awsReason } from './aws-reason.ts';
import { settingsIn } from './region.ts';
import { stackNameOf, tableOutputOf } from './stack-outputs.ts';

/**
 * Returns the table of an organization's stack, found by the name that CloudFormation gives it. A table
 * outlives its stack, so there may be several. Then the stack's output decides. Throws what the SDK throws,
 * or `InvalidInput`.
 */
export async function tableOf(organization: string, region?: string): Promise<string> {
  const tables = await tablesOf(organization, region);
  const [only] = tables;
  if (only && tables.length === 1) return only;
  if (only) return outputOf(organization, tables, region);
  const none = `no table here is named ${prefixOf(organization)}…, so that no stack of "${organization}" was deployed in this account and region`;
  throw new WindlassError(
    'InvalidInput',
    `${none}: see to the name, set AWS_REGION, or name it with --table (the stack's TableName output)`,
  );
}

/** Returns every table that a stack of an organization has left or has here. Throws what the SDK throws. */
export async function tablesOf(organization: string, region?: string): Promise<string[]> {
  const prefix = prefixOf(organization);
  const client = new DynamoDBClient(settingsIn(region));
  const command = new ListTablesCommand({ ExclusiveStartTableName: prefix, Limit: 10 });
  const { TableNames = [] } = await client.send(command);
  return TableNames.filter((name) => name.startsWith(prefix));
}

const prefixOf = (organization: string): string => `${stackNameOf(organization)}-Journal`;

async function outputOf(organization: string, tables: readonly string[], region?: string): Promise<string> {
  const said = await tableOutputOf(organization, region).catch(async (error) => ({
    why: await awsReason(error, 'CloudFormation'),
  }));
  if (typeof said === 'string') return said;
  const several = `${tables.length} tables are named ${prefixOf(organization)}… (${tables.join(', ')})`;
  const why = said ? `cannot be asked: ${said.why}` : 'has no output TableName';
  throw new WindlassError(
    'InvalidInput',
    `${several}, and the stack ${stackNameOf(organization)} ${why}: name it with --table`,
  );
}
