import { DynamoDBClient, ListTablesCommand } from '@aws-sdk/client-dynamodb';
import { awsClientSettings } from '../../lambdas/adapters/aws/aws.ts';
import { WindlassError } from '../../lambdas/domain/errors.ts';

/** The table of an organization's stack, by how CloudFormation names it. Throws what the SDK throws, or `InvalidInput`. */
export async function tableOf(organization: string, region?: string): Promise<string> {
  const prefix = `Windlass-${organization}-Journal`;
  const client = new DynamoDBClient({ ...awsClientSettings, ...(region && { region }) });
  const { TableNames = [] } = await client.send(
    new ListTablesCommand({ ExclusiveStartTableName: prefix, Limit: 10 }),
  );
  const [found, ...others] = TableNames.filter((name) => name.startsWith(prefix));
  // A table outlives its stack: of several nobody knows which one is in use.
  if (found && others.length === 0) return found;
  const what = found
    ? `${1 + others.length} tables are named ${prefix}… (${[found, ...others].join(', ')})`
    : `no table here is named ${prefix}…`;
  throw new WindlassError(
    'InvalidInput',
    `${what}: name it with --table (the stack's TableName output), or set AWS_REGION`,
  );
}
