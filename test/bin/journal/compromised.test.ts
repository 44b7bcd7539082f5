import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { dynamoJournal, type Journal } from '../../../lambdas/adapters/table/journal.ts';
import { type Table, tableNamed } from '../../../lambdas/adapters/table/table.ts';
import { history } from '../../../lambdas/adapters/table/trail.ts';
import { startTableEndpoint, type TableEndpoint } from '../../../simulation/served/table-endpoint.ts';
import { windlass } from '../run.ts';
import { tableEnvironment } from '../table-environment.ts';
import { day } from './recorded-journal.ts';

const keyDigest = 'ab12'.padEnd(64, '0');
const bad = {
  anchorId: 'cert_bad',
  keyDigest,
  reason: 'key on a bucket',
  namedAt: day(2),
  leaveBehind: ['shop'],
  onListing: ['proj_a'],
};
const twin = { anchorId: 'cert_twin', keyDigest };

let endpoint: TableEndpoint;
let env: Record<string, string>;
let table: Table;
let journal: Journal;
const named = (name: string) =>
  tableNamed(name, {
    endpoint: endpoint.url,
    region: 'eu-west-1',
    credentials: { accessKeyId: 'x', secretAccessKey: 'x' },
  });
beforeAll(async () => {
  endpoint = await startTableEndpoint();
  env = tableEnvironment(endpoint.url);
  await Promise.all(['acme', 'empty'].map((name) => endpoint.create(name)));
  table = named('acme');
  journal = dynamoJournal(table);
});
beforeEach(() => journal.rememberCompromised([bad, twin]));
afterAll(() => endpoint.close());

const compromised = (...args: string[]) => windlass(['compromised', '--table', 'acme', ...args], env);
const retracted = async () => (await history(table, 100)).filter(({ event }) => event === 'retracted');

describe('windlass compromised', () => {
  it('tells each anchor, its key, why, since when, and what was allowed', async () => {
    const { code, stdout, stderr } = await compromised();
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const told = stdout.replace(/\s+/g, ' ');
    expect(told).toMatch(/cert_bad (since )?2026-11-02/);
    expect(told).toMatch(/exceptions.*none/);
    expect(stdout.replace(/\s+/g, '')).toContain('ab12');
    for (const part of ['key on', 'may lock out', 'shop', 'may cut', 'proj_a', 'cert_twin', 'unknown'])
      expect(told).toContain(part);
  });

  const whole = {
    reason: null,
    namedAt: null,
    lastNamedAt: null,
    leaveBehind: [],
    onListing: [],
    asked: [],
    certifiedBy: [],
    certifierKeys: [],
  };

  it('has it as JSON, every field of each', async () => {
    const { stdout } = await compromised('--json');
    const told = [
      { ...whole, ...bad },
      { ...whole, ...twin },
    ];
    expect(JSON.parse(stdout)).toEqual({ schema: 1, table: 'acme', compromised: told, retracted: null });
  });

  it('says that there is nothing', async () => {
    const { code, stdout } = await windlass(['compromised', '--table', 'empty'], env);
    expect({ code, stdout }).toEqual({ code: 0, stdout: 'No anchor is remembered as compromised.\n' });
  });

  it('takes one back, with a record of who and why that holds no key, which history tells in words', async () => {
    const reason = 'wrong anchor, sk-admin-oops';
    const args = ['--retract', 'cert_bad', '--reason', reason, '--started-by', 'ada@laptop', '--yes'];
    const { code, stdout, stderr } = await compromised(...args);
    expect({ code, stdout }).toEqual({
      code: 0,
      stdout: 'cert_bad is no longer remembered as compromised.\n',
    });
    expect(stderr).toContain('cert_twin has the same key and stays compromised');
    expect(await journal.compromised()).toEqual([twin]);
    expect(await retracted()).toMatchObject([
      {
        execution: 'by-hand/ada@laptop',
        detail: { anchors: ['cert_bad'], keyDigest, reason: 'wrong anchor, [key]' },
      },
    ]);
    const told = await windlass(['history', '--table', 'acme'], env);
    expect(told.stdout).toMatch(
      /· by hand · by ada@laptop: “wrong anchor, \[key\]”\n {2}retracted: cert_bad no longer remembered as compromised\n/,
    );
    const { rotations } = JSON.parse((await windlass(['history', '--table', 'acme', '--json'], env)).stdout);
    expect(rotations).toMatchObject([{ outcome: 'retracted', startedBy: 'ada@laptop', mode: null }]);
  });

  it.each<[string, string[], RegExp]>([
    [
      'an id that is not remembered',
      ['--retract', 'cert_x', '--reason', 'y', '--yes'],
      /cert_x is not remembered as compromised; remembered: cert_bad, cert_twin\n$/,
    ],
    ['no reason', ['--retract', 'cert_bad', '--yes'], /--retract needs --reason/],
    ['a reason for nothing', ['--reason', 'y'], /--reason goes with --retract/],
    ['nobody to ask', ['--retract', 'cert_bad', '--reason', 'y'], /no terminal to ask on/],
  ])('takes nothing back for %s, and exits with 2', async (_, args, said) => {
    const before = await retracted();
    const { code, stderr } = await compromised(...args);
    expect(stderr).toMatch(said);
    expect(code).toBe(2);
    expect(await journal.compromised()).toEqual([bad, twin]);
    expect(await retracted()).toEqual(before);
  });

  it('has as JSON what was taken back, beside what is left', async () => {
    const { code, stdout } = await compromised('--json', '--retract', 'cert_bad', '--reason', 'x', '--yes');
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toEqual({
      ...{ schema: 1, table: 'acme' },
      ...{ compromised: [{ ...whole, ...twin }], retracted: { ...whole, ...bad } },
    });
  });
});
