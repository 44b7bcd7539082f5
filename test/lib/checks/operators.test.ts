import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { synthesized } from '../synthesized.ts';

const ROOT = join(import.meta.dirname, '../../..');
const acme = synthesized().templateOf('acme');

type Statement = { Action: string | string[]; Resource: unknown; Condition?: unknown };
const [policy] = Object.values(acme.Resources).filter(
  ({ Type, Properties }) =>
    /ManagedPolicy$/.test(Type) && /windlass command/.test(String(Properties?.Description)),
);
const { Statement } = Object(policy?.Properties?.PolicyDocument) as { Statement: Statement[] };
const actions = Statement.flatMap(({ Action }) => Action);

/** Returns a resource without the parts that a deployment fills in. */
const readable = (resource: unknown): string =>
  JSON.stringify(resource).replaceAll(/\{"Ref":"AWS::\w+"\}|"|,|\{"Fn::Join":\[|\[|\]|\}/g, '');

it('lets an operator do what the commands ask of AWS, and nothing else', () => {
  // To read a secret for the doctor is a permission that its own users have.
  const asked = globSync('bin/**/*.ts', { cwd: ROOT }).flatMap((file) =>
    [...readFileSync(join(ROOT, file), 'utf8').matchAll(/new (\w+)Command\(|paginate(\w+),/g)].map(
      ([, sent, paged]) => sent || paged || '',
    ),
  );
  const names = new Set(asked.filter((name) => name !== ''));
  const documents = ['GetItem', 'Query', 'PutItem', 'DeleteItem'];
  // The paged call for subscriptions names their topic.
  const allowed = new Set(actions.map((action) => action.split(':')[1] ?? ''));
  expect([...allowed].filter((name) => !documents.includes(name)).sort()).toEqual([...names].sort());
});

it('keeps an operator to one machine, its executions, Maps and schedules, one table, one stack and one topic', () => {
  const open = Statement.filter(({ Resource }) => Resource === '*').flatMap(({ Action }) => Action);
  expect(open.sort()).toEqual(['dynamodb:ListTables', 'states:ListStateMachines']);
  const resourceOf = (action: string) =>
    Statement.filter(({ Action }) => [Action].flat().includes(action)).map(({ Resource }) =>
      readable(Resource),
    );
  expect(resourceOf('states:StopExecution')).toEqual([expect.stringMatching(/:execution:windlass-acme:\*$/)]);
  expect(resourceOf('states:DescribeMapRun')).toEqual([
    expect.stringMatching(/:mapRun:windlass-acme\/\*:\*$/),
  ]);
  expect(resourceOf('scheduler:GetSchedule')).toEqual([
    expect.stringMatching(/:schedule\/windlass-acme\/\*$/),
  ]);
});

it('lets an operator write to the journal, the stop mark and what is compromised, and read the rest', () => {
  const written = Statement.filter(({ Action }) => /Put|Delete/.test(String(Action))).flatMap(
    ({ Action, Condition }) =>
      [Action].flat().map((action) => `${action} ${JSON.stringify(Condition).match(/\["(.*)"\]/)?.[1]}`),
  );
  expect(written.sort()).toEqual([
    'dynamodb:DeleteItem compromised',
    'dynamodb:DeleteItem stop',
    'dynamodb:PutItem rotation',
    'dynamodb:PutItem stop',
  ]);
});

it('gives an operator no secret, and nothing that changes the stack', () => {
  expect(actions.filter((action) => /secretsmanager|kms|Update|Create|iam:|lambda:/.test(action))).toEqual(
    [],
  );
});
