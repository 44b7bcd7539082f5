import { expect, it } from 'vitest';
import { dynamoVerdicts } from '../../../lambdas/adapters/table/verdicts.ts';
import { executionArn, openAccount, tableName } from '../doctor/account.ts';
import { windlass } from '../run.ts';
import { ago, dailySweep, line } from '../trail-lines.ts';

const DAY = 86_400;
const [over, live] = [executionArn('acme', 'over'), executionArn('acme', 'live')];
const planned = { request: { mode: 'scheduled' }, successions: [], blocked: [], scopes: [], summary: '' };

/** An account whose run `over` found nothing to do two days ago. */
async function afterOne() {
  const account = await openAccount('acme');
  account.schedules.operations.CreateSchedule(dailySweep);
  const journal = account.journal('acme');
  const on = line('over', 2 * DAY);
  await journal.record(on(1, 'planned', planned));
  await journal.record(on(2, 'ended', { outcome: 'idle', request: planned.request }));
  await journal.rememberSuccess(ago(DAY));
  account.executions.set(over, 'RUNNING');
  account.executions.set(over, 'SUCCEEDED');
  return account;
}

/** As {@link afterOne}, with a run at work in which a scope has halted. */
async function besideAnother() {
  const account = await afterOne();
  const on = line('live', 3_600);
  const successions = [{ retiring: 'cert_old', successor: 'cert_new' }];
  const scopes = [['projects', ['proj_a']]];
  await account.journal('acme').record(on(1, 'planned', { ...planned, successions, scopes }));
  await dynamoVerdicts(account.table('acme')).leave(
    { execution: { id: live, startedAt: ago(3_600) }, phase: 'overlap' },
    { scope: 'proj_a', verdict: 'halted', error: 'TrustWidened', cause: 'partner gets in' },
  );
  account.executions.set(live, 'RUNNING');
  account.executions.entered(live, 'Activate scope by scope', 'MapStateEntered');
  const lease = { holder: live, mode: 'scheduled', token: 1, released: false, takenAt: ago(3_600) };
  const documents = await account.table('acme').documents();
  await documents.put({ TableName: tableName('acme'), Item: { pk: 'lease', sk: 'lease', ...lease } });
  return account;
}

it.each([
  ['its name', 'acme'],
  ['the run that works', live],
  ['a run that is over', over],
])('I13: status by %s is red where a run is at work and halted in a scope', async (_, asked) => {
  const { env } = await besideAnother();
  const { code, stdout } = await windlass(['status', asked], env);
  expect(code, stdout).toBe(4);
  expect(stdout).toContain('proj_a (TrustWidened)');
  const told = stdout.replaceAll(/\s+/g, ' ');
  expect(told.includes(`${over} has ended (SUCCEEDED): what follows is the run`)).toBe(asked === over);
});

it('status by a run that is over says so, and what its machine does next', async () => {
  const { env } = await afterOne();
  const { code, stdout } = await windlass(['status', over], env);
  expect(stdout.replaceAll(/\s+/g, ' ')).toContain(`${over} has ended (SUCCEEDED): nothing runs now`);
  expect(code).toBe(0);
  const { asked, running } = JSON.parse((await windlass(['status', over, '--json'], env)).stdout);
  expect({ asked, running }).toEqual({ asked: { execution: over, status: 'SUCCEEDED' }, running: null });
});

it('I13: stop by a run that is over names the one that is at work, and not the machine as idle', async () => {
  const { env, executions } = await besideAnother();
  const { code, stdout, stderr } = await windlass(['stop', over, '--yes', '--json'], env);
  expect(stderr).toContain(`${over} has ended (SUCCEEDED): nothing was stopped; ${live} runs`);
  expect(JSON.parse(stdout)).toMatchObject({ stopped: false, ended: 'SUCCEEDED', running: live });
  expect(code).toBe(2);
  expect(executions.operations.DescribeExecution({ executionArn: live }).status).toBe('RUNNING');
});

it('stop by a run that is over has nothing to stop where none is at work', async () => {
  const { env } = await afterOne();
  const { code, stderr } = await windlass(['stop', over, '--yes'], env);
  expect([code, stderr]).toEqual([0, `windlass: ${over} has ended (SUCCEEDED): nothing was stopped\n`]);
});
