import { expect, it } from 'vitest';
import { dynamoVerdicts } from '../../lambdas/adapters/table/verdicts.ts';
import { executionArn, openAccount, tableName } from './doctor/account.ts';
import { windlass } from './run.ts';
import { ago, dailySweep, line } from './trail-lines.ts';

const DAY = 86_400;
const proof = { evidence: 'probe', probes: 2, moment: 'overlap' };

/**
 * A rotation in which one scope of thirty was not proven. The others soak, because a wave tolerates one halt
 * in twenty.
 */
async function soaking() {
  const account = await openAccount('acme');
  account.schedules.operations.CreateSchedule(dailySweep);
  const on = line('drill', DAY);
  const drill = executionArn('acme', 'drill');
  const scopes = Array.from({ length: 30 }, (_, i) => `proj_${i}`);
  const journal = account.journal('acme');
  await journal.record(
    on(1, 'planned', {
      request: { mode: 'scheduled' },
      successions: [{ retiring: 'cert_old', successor: 'cert_new' }],
      ...{ blocked: [], scopes: [['projects', scopes]], summary: '1 succession in 30 scopes' },
    }),
  );
  for (const scope of scopes) {
    await journal.record(on(5, 'activated', { activated: ['cert_new'] }, scope));
    const failure = { error: 'ProbeRefused', cause: 'search: 401', moment: 'overlap' };
    await journal.record(on(10, 'verified', scope === 'proj_7' ? failure : proof, scope));
  }
  const verdicts = dynamoVerdicts(account.table('acme'));
  const run = { execution: { id: drill, startedAt: ago(DAY) }, phase: 'overlap' as const };
  for (const scope of scopes)
    await verdicts.leave(run, {
      ...{ scope, verdict: 'proven', error: '', cause: '' },
      ...(scope === 'proj_7' && { verdict: 'halted', error: 'ProbeRefused', cause: 'search: 401' }),
    });
  await journal.record(
    on(60, 'promoted', { promoted: ['shop'], soakUntil: ago(-6 * DAY), unproven: ['proj_7'] }),
  );
  await journal.rememberSuccess(ago(3_600));
  account.executions.set(drill, 'RUNNING');
  account.executions.entered(drill, 'Soak');
  const lease = { holder: drill, mode: 'scheduled', token: 1, released: false, takenAt: ago(DAY) };
  const documents = await account.table('acme').documents();
  await documents.put({ TableName: tableName('acme'), Item: { pk: 'lease', sk: 'lease', ...lease } });
  return account;
}

it('I13: windlass status is red, and names the scope, where a scope halted in the overlap and the others soak', async () => {
  const { env } = await soaking();
  const { code, stdout } = await windlass(['status', 'acme'], env);
  const json = JSON.parse((await windlass(['status', 'acme', '--json'], env)).stdout);
  const state = json.running.scopes.find(({ scope }: { scope: string }) => scope === 'proj_7')?.state;
  expect({ code, state }, stdout.slice(0, 900)).toEqual({ code: 4, state: 'halted' });
});

/**
 * The same during the cut: one scope halted before its cut, so nothing had to be undone, and the next wave
 * goes on.
 */
it('I13: windlass status is red where a scope halted before its cut, while other scopes are cut', async () => {
  const { env, journal, table, executions } = await soaking();
  const drill = executionArn('acme', 'drill');
  const on = line('drill', DAY);
  const failure = { error: 'ClientOnRetiring', cause: 'search runs on cert_old', moment: 'beforeCut' };
  await journal('acme').record(on(DAY - 60, 'verified', failure, 'proj_3'));
  await journal('acme').record(on(DAY - 50, 'verified', { ...proof, moment: 'beforeCut' }, 'proj_4'));
  const run = { execution: { id: drill, startedAt: ago(DAY) }, phase: 'cut' as const };
  const { error, cause } = failure;
  await dynamoVerdicts(table('acme')).leave(run, { scope: 'proj_3', verdict: 'halted', error, cause });
  executions.entered(drill, 'Deactivate scope by scope');
  const { code, stdout } = await windlass(['status', 'acme'], env);
  expect({ code, said: /halted: .*proj_3/.test(stdout) }, stdout).toEqual({ code: 4, said: true });
});

it('I13: windlass history, where the alarm HaltedScopes sends whoever is on call, names a scope whose activation failed while the others soak', async () => {
  const account = await openAccount('acme');
  const on = line('drill', DAY);
  const journal = account.journal('acme');
  const scopes = Array.from({ length: 30 }, (_, i) => `proj_${i}`);
  await journal.record(
    on(1, 'planned', {
      request: { mode: 'scheduled' },
      successions: [{ retiring: 'cert_old', successor: 'cert_new' }],
      ...{ blocked: [], scopes: [['projects', scopes]], summary: '1 succession in 30 scopes' },
    }),
  );
  for (const scope of scopes.filter((one) => one !== 'proj_17'))
    await journal.record(on(10, 'verified', proof, scope));
  const run = {
    ...{ execution: { id: executionArn('acme', 'drill'), startedAt: ago(DAY) } },
    phase: 'overlap' as const,
  };
  const verdicts = dynamoVerdicts(account.table('acme'));
  const halt = { verdict: 'halted' as const, error: 'AdminKeyRefused', cause: 'activate in proj_17: 403' };
  await verdicts.leave(run, { scope: 'proj_17', ...halt });
  await journal.record(
    on(60, 'promoted', { promoted: ['shop'], soakUntil: ago(-6 * DAY), unproven: ['proj_17'] }),
  );
  const { stdout } = await windlass(['history', 'acme'], account.env);
  expect(stdout).toMatch(/proj_17[\s\S]*AdminKeyRefused|AdminKeyRefused[\s\S]*proj_17/);
});

it('windlass status is no more red for a scope of a rotation that soaks on, once a run that has taken over has planned everything anew', async () => {
  const { env, journal } = await soaking();
  expect(await windlass(['status', 'acme'], env)).toMatchObject({ code: 4 });
  const next = line('next', 1_800);
  const look = { request: { mode: 'manual' }, blocked: [], successions: [], scopes: [] };
  await journal('acme').record(next(1, 'planned', look));
  await journal('acme').record(next(60, 'ended', { outcome: 'rotated', request: look.request }));
  expect(await windlass(['status', 'acme'], env)).toMatchObject({ code: 0 });
});

it('windlass status does not say of a scope that it halted which somebody who stops the run has kept from beginning', async () => {
  const { env, journal, table } = await soaking();
  const run = {
    execution: { id: executionArn('acme', 'drill'), startedAt: ago(DAY) },
    phase: 'cut' as const,
  };
  const [error, cause] = ['Stopped', 'Ada: a freeze has begun'];
  await dynamoVerdicts(table('acme')).leave(run, { scope: 'proj_3', verdict: 'halted', error, cause });
  await journal('acme').record(
    line('drill', DAY)(DAY - 9, 'verified', { ...proof, moment: 'beforeCut' }, 'proj_4'),
  );
  const { running } = JSON.parse((await windlass(['status', 'acme', '--json'], env)).stdout);
  const halted = running.scopes.filter(({ state }: { state: string }) => state === 'halted');
  expect(halted).toMatchObject([{ scope: 'proj_7' }]);
});
