import { describe, expect, it } from 'vitest';
import { executionArn, machineArn, openAccount, tableName } from './doctor/account.ts';
import { recordedJournal } from './journal/recorded-journal.ts';
import { serveTopicAndStack } from './query-services.ts';
import { windlass } from './run.ts';
import { serveStepFunctions } from './step-functions.ts';

async function historyOf(organizations: string[], args: string[], env: Record<string, string> = {}) {
  const account = await openAccount(...organizations);
  const journal = account.journal(organizations[0] ?? '');
  for (const entry of recordedJournal.slice(0, 3)) await journal.record(entry);
  return windlass(['history', '--all', '--json', ...args], { ...account.env, ...env });
}

describe('a stack is found', () => {
  it.each<[string, string[], string[]]>([
    ['by its organization, whatever others are named alike', ['acme', 'acme-two'], ['acme']],
    ['by the ARN of its machine', ['acme', 'globex'], [machineArn('acme')]],
    ['by the ARN of an execution', ['acme', 'globex'], [executionArn('acme', 'x')]],
    ['by itself, where it is the only one', ['acme'], []],
  ])('%s', async (_, organizations, args) => {
    const { code, stdout, stderr } = await historyOf(organizations, args);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(JSON.parse(stdout)).toMatchObject({ table: tableName('acme'), rotations: [{ outcome: 'idle' }] });
  });

  it('by what was typed, whatever table the environment names', async () => {
    const { stdout } = await historyOf(['acme'], ['acme'], { WINDLASS_TABLE: 'another' });
    expect(JSON.parse(stdout).table).toBe(tableName('acme'));
  });

  it.each<[string, string[], string[], Record<string, string>, RegExp]>([
    [
      'several are there',
      ['acme', 'globex'],
      [],
      {},
      /several stacks \(in eu-west-1: acme, globex\): name the organization\n$/,
    ],
    [
      'the name is mistyped',
      ['acme', 'globex'],
      ['amce'],
      {},
      /no stack of organization "amce"; did you mean acme\? \(in eu-west-1: acme, globex\)/,
    ],
    [
      'there is none',
      ['acme'],
      ['initech'],
      {},
      /set AWS_REGION, give an ARN, or name its table with --table\n$/,
    ],
    ['it is no ARN of ours', ['acme'], ['arn:aws:s3:::bucket'], {}, /is not the ARN of a state machine/],
    [
      'the environment names a region that there is not',
      ['acme'],
      ['acme'],
      { AWS_REGION: 'nowhere' },
      /"nowhere" is not an AWS region: set AWS_REGION to one such as eu-west-1\n$/,
    ],
    [
      'the environment names one, and the command a table',
      ['acme'],
      ['--table', 'acme'],
      { AWS_REGION: 'nowhere' },
      /"nowhere" is not an AWS region: set AWS_REGION to one such as eu-west-1\n$/,
    ],
    ['no region is set', ['acme'], ['acme'], { AWS_REGION: '' }, /no AWS region: set AWS_REGION\n$/],
  ])('or refused in one line, and exit code 2, where %s', async (_, organizations, args, env, message) => {
    const { code, stdout, stderr } = await historyOf(organizations, args, env);
    expect(stderr).toMatch(message);
    expect(stderr).toMatch(/^windlass: .*\n$/);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  });

  const toldBy = (tableName: string) => ({
    ...{ status: 'UPDATE_COMPLETE', template: '', topicArn: 'arn', tableName },
    ...{ subscriptions: [], denied: new Set<string>() },
  });

  it('of several tables by what the stack says is its own, whatever a stack before it has left', async () => {
    const account = await openAccount('acme');
    await account.tables.create('Windlass-acme-JournalOLD');
    const services = await serveTopicAndStack(toldBy(tableName('acme')));
    const { code, stdout } = await windlass(['history', 'acme', '--json'], {
      ...account.env,
      ...services.env,
    });
    expect({ code, table: JSON.parse(stdout).table }).toEqual({ code: 0, table: tableName('acme') });
  });

  it.each([['history'], ['compromised']])(
    'no more by %s once it is removed, and its table by the name',
    async (command) => {
      const account = await openAccount();
      await account.tables.create(tableName('acme'));
      const { code, stdout } = await windlass([command, 'acme', '--json'], account.env);
      expect({ code, table: JSON.parse(stdout).table }).toEqual({ code: 0, table: tableName('acme') });
    },
  );

  it('or not, for a status: what the table has is told by history', async () => {
    const account = await openAccount();
    await account.tables.create(tableName('acme'));
    const { code, stderr } = await windlass(['status', 'acme'], account.env);
    expect(stderr).toMatch(
      /no stack of organization "acme".*windlass history acme shows what its table has\n$/,
    );
    expect(code).toBe(2);
  });

  it('or refused where several tables could be its own, and each is named', async () => {
    const account = await openAccount('acme');
    await account.tables.create('Windlass-acme-JournalOLD');
    const services = await serveTopicAndStack({ ...toldBy(''), denied: new Set(['DescribeStacks']) });
    const { code, stderr } = await windlass(['history', 'acme'], { ...account.env, ...services.env });
    expect(stderr).toMatch(/the stack Windlass-acme cannot be asked: AccessDenied.*name it with --table/);
    expect(stderr).toMatch(/2 tables are named .*JournalD53F2F9B-1ABCDEFGH, Windlass-acme-JournalOLD/);
    expect(code).toBe(2);
  });

  it.each([['status'], ['stop'], ['follow']])(
    'or refused by %s where Step Functions knows no such execution, by its ARN',
    async (command) => {
      const account = await openAccount('acme');
      const refuse = { action: 'DescribeExecution', type: 'ExecutionDoesNotExist', message: 'Not here.' };
      const functions = await serveStepFunctions({ refuse });
      const arn = executionArn('acme', 'gone');
      const args = [command, arn, ...(command === 'stop' ? ['--yes'] : [])];
      const { code, stderr } = await windlass(args, { ...account.env, AWS_ENDPOINT_URL_SFN: functions.url });
      await functions.close();
      expect(stderr).toBe(
        `windlass: Step Functions has no execution ${arn}: look at its name, or leave it out for the one that runs\n`,
      );
      expect(code).toBe(2);
    },
  );

  it('for a rotation, which is refused where nobody says whose', async () => {
    const account = await openAccount('acme');
    const rotate = (...args: string[]) => windlass(['rotate', '--yes', '--no-wait', ...args], account.env);
    expect((await rotate()).stderr).toMatch(/name the organization, or its --state-machine ARN/);
    expect((await rotate('acme', '--state-machine', machineArn('acme'))).stderr).toMatch(/not both/);
    expect((await rotate(executionArn('acme', 'x'))).stderr).toMatch(/started by its state machine/);
    const { code, stdout } = await rotate('acme');
    expect(stdout).toMatch(/started arn:aws:states:eu-west-1:123456789012:execution:windlass-acme:windlass-/);
    expect(code).toBe(0);
  });
});
