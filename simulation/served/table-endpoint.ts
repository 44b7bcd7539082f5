import type { Server } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';
import { CreateTableCommand, DeleteTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, ScanCommand } from '@aws-sdk/lib-dynamodb';
import dynalite from 'dynalite';
import { type Interception, interpose } from './interception.ts';
import { listenOnLoopback } from './loopback.ts';
import { isOwnCall, OWN_AGENT } from './user-agent.ts';

/** The account's DynamoDB, in memory and in this process. */
export type TableEndpoint = {
  url: string;
  /** Makes a table with the keys that the stack gives it. */
  create(tableName: string): Promise<void>;
  /** Empties a table. */
  clear(tableName: string): Promise<void>;
  /** Every item of a table. */
  items(tableName: string): Promise<Record<string, unknown>[]>;
  close(): Promise<void>;
};

/** Asked once for each call of a function, before it is answered. */
export type TableIntercept = () => Promise<Interception> | Interception;

/** Serves DynamoDB on 127.0.0.1; `url` is the value of `AWS_ENDPOINT_URL_DYNAMODB`. */
export async function startTableEndpoint(intercept?: TableIntercept): Promise<TableEndpoint> {
  const server = dynalite({ createTableMs: 0, deleteTableMs: 0 });
  if (intercept) standInTheWay(server, intercept);
  const { port, close } = await listenOnLoopback(server);
  const url = `http://127.0.0.1:${port}`;
  const client = new DynamoDBClient({
    endpoint: url,
    region: 'us-east-1',
    credentials: { accessKeyId: 'rehearsal', secretAccessKey: 'rehearsal' },
    customUserAgent: OWN_AGENT,
  });
  return {
    url,
    create: (tableName) => createTable(client, tableName),
    async clear(tableName) {
      await client.send(new DeleteTableCommand({ TableName: tableName }));
      // The server answers a moment before the table is gone.
      while (!(await createdAgain(client, tableName))) await pause(1);
    },
    async items(TableName) {
      const documents = DynamoDBDocumentClient.from(client);
      const { Items = [] } = await documents.send(new ScanCommand({ TableName, ConsistentRead: true }));
      return Items;
    },
    close() {
      client.destroy();
      return close();
    },
  };
}

async function createTable(client: DynamoDBClient, TableName: string): Promise<void> {
  const keys = [
    { AttributeName: 'pk', KeyType: 'HASH' },
    { AttributeName: 'sk', KeyType: 'RANGE' },
  ] as const;
  await client.send(
    new CreateTableCommand({
      TableName,
      BillingMode: 'PAY_PER_REQUEST',
      KeySchema: [...keys],
      AttributeDefinitions: keys.map(({ AttributeName }) => ({ AttributeName, AttributeType: 'S' })),
    }),
  );
}

const createdAgain = (client: DynamoDBClient, tableName: string): Promise<boolean> =>
  createTable(client, tableName).then(
    () => true,
    (error: Error) => {
      if (error.name === 'ResourceInUseException') return false;
      throw error;
    },
  );

function standInTheWay(server: Server, intercept: TableIntercept): void {
  const [answer] = server.listeners('request');
  server.removeAllListeners('request');
  server.on('request', async (request, response) => {
    const instead = isOwnCall(request) ? undefined : await intercept();
    await interpose(instead, request, response, () => answer?.(request, response));
  });
}
