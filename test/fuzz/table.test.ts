import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SFN } from '@aws-sdk/client-sfn';
import { DynamoDBDocument } from '@aws-sdk/lib-dynamodb';
import * as fc from 'fast-check';
import { expect, onTestFinished, test } from 'vitest';
import { stepFunctionsExecutions } from '../../lambdas/adapters/aws/executions.ts';
import { dynamoJournal } from '../../lambdas/adapters/table/journal.ts';
import { dynamoLeases } from '../../lambdas/adapters/table/lease.ts';
import { tableNamed } from '../../lambdas/adapters/table/table.ts';
import { history } from '../../lambdas/adapters/table/trail.ts';
import { startTableEndpoint } from '../../simulation/served/table-endpoint.ts';
import { clientSettings } from '../adapters/aws-account.ts';
import { damaged, outcomeOf } from './damaged.ts';
import { badAnswers, scriptedHost } from './wire.ts';

const at = '2031-05-01T12:00:00.000Z';
const lease = { holder: 'arn:one', mode: 'scheduled', token: 3, takenAt: at, released: false };
const soak = { retiring: 'cert_1', successor: 'cert_2', provenAt: at, soakUntil: at };
const cut = { scope: 'proj_a', retiring: 'cert_1', successor: 'cert_2', cutAt: at, compromised: false };
const entry = { execution: 'arn:one', startedAt: at, at, event: 'planned', detail: {} };
const ended = { running: async () => false };

/** Every way to read the table. */
const readings = (table: Parameters<typeof dynamoJournal>[0]) => ({
  lease: () => dynamoLeases(table, ended, () => 0).demand({ execution: 'arn:one', token: 3 }),
  taking: () => dynamoLeases(table, ended, () => 0).take({ execution: 'arn:two', mode: 'manual' }),
  soaks: () => dynamoJournal(table).soaks(),
  cuts: () => dynamoJournal(table).cuts(),
  compromised: () => dynamoJournal(table).compromised(),
  history: () => history(table, 10),
});

test('any item of the table is a memory or an error of ours, and never half of one', async () => {
  const endpoint = await startTableEndpoint();
  onTestFinished(endpoint.close);
  await endpoint.create('windlass');
  const table = tableNamed('windlass', clientSettings(endpoint.url));
  const documents = DynamoDBDocument.from(new DynamoDBClient(clientSettings(endpoint.url)), {
    marshallOptions: { removeUndefinedValues: true },
  });
  const kinds = { lease, soak, cut, compromised: { anchorId: 'cert_1' }, rotation: entry };
  const items = fc
    .constantFrom(...(Object.keys(kinds) as (keyof typeof kinds)[]))
    .chain((pk) => damaged(kinds[pk]).map((item) => ({ pk, item })));
  await fc.assert(
    fc.asyncProperty(items, async ({ pk, item }) => {
      const whole = { ...Object(item), pk, sk: pk };
      // DynamoDB can never answer with a value that it cannot store, such as a number of forty digits.
      const stored = await documents.put({ TableName: 'windlass', Item: whole }).catch(() => null);
      for (const read of stored ? Object.values(readings(table)) : []) {
        const outcome = await outcomeOf<unknown>(read);
        if (!('value' in outcome) || !Array.isArray(outcome.value)) continue;
        for (const memory of outcome.value) expect(JSON.stringify(memory)).not.toMatch(/undefined/);
      }
      await documents.delete({ TableName: 'windlass', Key: { pk, sk: pk } });
      if (pk !== 'lease')
        await documents.delete({ TableName: 'windlass', Key: { pk: 'lease', sk: 'lease' } });
    }),
    { numRuns: 60 },
  );
});

const attribute = (value: unknown) => ({ S: String(value) });
const stored = Object.fromEntries(Object.entries(soak).map(([key, value]) => [key, attribute(value)]));

test('any answer of DynamoDB is a memory or an error of ours, and an unreadable one is no empty memory', async () => {
  const { url, answer } = await scriptedHost();
  const table = tableNamed('windlass', clientSettings(url));
  const answers = fc.oneof(
    badAnswers({ Items: [stored], Count: 1, ScannedCount: 1 }),
    badAnswers({ Item: stored }),
    badAnswers({ __type: 'ConditionalCheckFailedException', message: 'No.' }),
  );
  await fc.assert(
    fc.asyncProperty(answers, async (wire) => {
      for (const [name, read] of Object.entries(readings(table))) {
        answer([wire]);
        const outcome = await outcomeOf<unknown>(read);
        const isEmpty = 'value' in outcome && Array.isArray(outcome.value) && outcome.value.length === 0;
        const items = 'raw' in wire ? undefined : parsed(`${wire.body}`)?.Items;
        if (isEmpty) expect([name, items]).toEqual([name, []]);
      }
    }),
    { numRuns: 40 },
  );
});

test('any answer of Step Functions says that an execution runs, that it has ended, or is an error of ours', async () => {
  const { url, answer } = await scriptedHost();
  const client = new SFN(clientSettings(url));
  const executions = stepFunctionsExecutions(async () => client);
  await fc.assert(
    fc.asyncProperty(
      fc.oneof(
        badAnswers({ executionArn: 'arn:one', status: 'RUNNING' }),
        badAnswers({ __type: 'ExecutionDoesNotExist', message: 'No.' }),
      ),
      async (wire) => {
        answer([wire]);
        const outcome = await outcomeOf(() => executions.running('arn:one'));
        if (!('value' in outcome) || outcome.value) return;
        expect(`${'raw' in wire ? wire.raw : wire.body}`).toMatch(/ExecutionDoesNotExist|SUCCEEDED|FAILED/);
      },
    ),
    { numRuns: 100 },
  );
});

function parsed(body: string): { Items?: unknown } | undefined {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}
