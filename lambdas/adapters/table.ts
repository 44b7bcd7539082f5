import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { awsClientSettings } from './aws.ts';
import { textVariable } from './environment.ts';

/** The organization's one table: the lease, what a stopped rotation leaves to the next, and the audit trail. */
export type Table = { client: DynamoDBDocumentClient; tableName: string };

/** The table that `WINDLASS_TABLE` names. */
export const tableFromEnvironment = (): Table => tableNamed(textVariable('WINDLASS_TABLE'));

/** A table by its name, through a client that leaves out undefined fields. */
export const tableNamed = (tableName: string): Table => ({
  tableName,
  client: DynamoDBDocumentClient.from(new DynamoDBClient(awsClientSettings), {
    marshallOptions: { removeUndefinedValues: true },
  }),
});
