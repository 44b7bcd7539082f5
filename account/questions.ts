import assert from 'node:assert/strict';
import { DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb';
import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { TestStateCommand } from '@aws-sdk/client-sfn';
import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts';
import { eventually } from '../deploy-local/eventually.ts';
import { SAID } from './stack-template.ts';
import type { Standing } from './standing-stack.ts';

/** One question that only AWS can answer. `ask` throws when AWS does not behave as Windlass expects. */
export type Question = { id: string; what: string; ask(standing: Standing): Promise<void> };

/** The questions, with the ids by which `docs/aws.md` cites them. */
export const questions: readonly Question[] = [
  {
    id: 'long-cause',
    what: 'a Fail state whose cause is longer than an API keeps still fails under its own name',
    async ask({ machines }) {
      const definition = { Type: 'Fail', ErrorPath: '$.error', CausePath: '$.cause' };
      const input = { error: SAID.error, cause: 'x'.repeat(SAID.longest) };
      const said = await machines.send(
        new TestStateCommand({ definition: JSON.stringify(definition), input: JSON.stringify(input) }),
      );
      assert.equal(said.error, SAID.error);
    },
  },
  {
    id: 'list-version',
    what: 'a distributed Map reads the version of its list that it is given, not the newest',
    ask: async ({ ended }) => assert.ok(!ended.children.some(({ item }) => item === SAID.item.new[0])),
  },
  {
    id: 'child-id',
    what: "within a distributed Map an execution's id is the child's own, with the machine's name and the Map's label",
    async ask({ ended, executionArn }) {
      const [child] = ended.children;
      assert.match(child?.child ?? '', /:execution:[^:/]+\/each:/);
      assert.notEqual(child?.child, executionArn);
    },
  },
  {
    id: 'tolerated',
    what: 'a Map that tolerates every failure succeeds though a child has failed',
    ask: async ({ ended }) => assert.ok(ended.children.some(({ item }) => item === SAID.item.old[0])),
  },
  {
    id: 'error-name',
    what: "a Catch goes by the name of a function's error, however long its message is",
    ask: async ({ ended }) => assert.equal(ended.caught?.Error, SAID.error),
  },
  {
    id: 'leading-keys',
    what: 'a role that may read one partition of a table is refused another',
    async ask(standing) {
      const { Table: TableName } = standing.outputs;
      const table = new DynamoDBClient(await asTheLimitedRole(standing));
      const read = (pk: string) => table.send(new GetItemCommand({ TableName, Key: { pk: { S: pk } } }));
      await eventually(60, 'the allowed partition', () => read('allowed').catch(() => null));
      await assert.rejects(read('other'), { name: 'AccessDeniedException' });
    },
  },
  {
    id: 'event-keys',
    what: 'a role that may put events of one source and kind is refused another kind, and another source',
    async ask(standing) {
      const bus = new EventBridgeClient(await asTheLimitedRole(standing));
      const put = ({ source, kind }: { source: string; kind: string }) =>
        bus.send(new PutEventsCommand({ Entries: [{ Source: source, DetailType: kind, Detail: '{}' }] }));
      await eventually(60, 'the allowed event', () => put(SAID.event).catch(() => null));
      for (const other of [{ kind: 'another' }, { source: 'another' }])
        await assert.rejects(put({ ...SAID.event, ...other }), { name: 'AccessDeniedException' });
    },
  },
];

/** The settings of the stack's role that may read one partition and put one kind of event. */
async function asTheLimitedRole({ outputs: { Reader: RoleArn }, region }: Standing) {
  const assume = new AssumeRoleCommand({ RoleArn, RoleSessionName: 'windlass-verify' });
  const { Credentials } = await eventually(60, 'the role', () =>
    new STSClient({ region }).send(assume).catch(() => null),
  );
  const { AccessKeyId = '', SecretAccessKey = '', SessionToken = '' } = Credentials ?? {};
  const credentials = {
    ...{ accessKeyId: AccessKeyId, secretAccessKey: SecretAccessKey, sessionToken: SessionToken },
  };
  return { region, credentials };
}
