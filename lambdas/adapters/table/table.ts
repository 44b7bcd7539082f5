import type { DynamoDBDocument } from '@aws-sdk/lib-dynamodb';
import { awsClientSettings } from '../aws/aws.ts';
import { loaded } from '../aws/loaded.ts';
import { textVariable } from '../environment.ts';

/**
 * The organization's one table: the lease, what a stopped rotation leaves to the next, and the audit trail.
 */
export type Table = { tableName: string; documents: () => Promise<DynamoDBDocument> };

/** Returns the table that `WINDLASS_TABLE` names. */
export const tableFromEnvironment = (): Table => tableNamed(textVariable('WINDLASS_TABLE'));

/** Returns a table by its name. `settings` are the DynamoDB client's. */
export function tableNamed(tableName: string, settings: Record<string, unknown> = awsClientSettings): Table {
  let connected: Promise<DynamoDBDocument> | undefined;
  return {
    tableName,
    documents: () => {
      connected ??= connect(settings);
      return connected;
    },
  };
}

const sdk = loaded(() => Promise.all([import('@aws-sdk/client-dynamodb'), import('@aws-sdk/lib-dynamodb')]));

async function connect(settings: Record<string, unknown>): Promise<DynamoDBDocument> {
  const [{ DynamoDBClient }, { DynamoDBDocument }] = await sdk();
  return DynamoDBDocument.from(new DynamoDBClient(settings), {
    marshallOptions: { removeUndefinedValues: true },
  });
}
