import { expect, it, vi } from 'vitest';
import { instant } from '../../../lambdas/domain/instant.ts';
import { entryOf } from '../../../lambdas/domain/memory/audit.ts';
import { executionArn, openAccount } from '../doctor/account.ts';
import { windlass } from '../run.ts';
import { dailySweep } from '../trail-lines.ts';
import { runToStop } from './stopped-run.ts';

const byAda = ['--yes', '--started-by', 'Ada'];
type Account = Awaited<ReturnType<typeof openAccount>>;

it('I11: windlass stop says when the next run takes up what it has left, by what, and how to start one now', async () => {
  const { account } = await runToStop('Soak');
  account.schedules.operations.CreateSchedule(dailySweep);
  const { stdout } = await windlass(['stop', 'acme', ...byAda], account.env);
  expect(stdout.slice(stdout.indexOf('■ Stopped'))).toMatch(
    /^■ Stopped: .*\n +next run +20\d\d-\d\d-\d\d \d\d:\d\d UTC, the daily sweep; or windlass rotate acme --manual\n$/,
  );
});

it('I11: its JSON has it as well, as it is once the run is stopped', async () => {
  const { account } = await runToStop('Soak');
  account.schedules.operations.CreateSchedule(dailySweep);
  const { stdout } = await windlass(['stop', 'acme', '--json', ...byAda], account.env);
  const at = expect.stringMatching(/^20.*Z$/);
  expect(JSON.parse(stdout)).toMatchObject({ nextRun: { at, by: 'the daily sweep', problem: null } });
});

it('I11, I13: where nothing starts a run it says so', async () => {
  const { account } = await runToStop('Soak');
  const { stdout } = await windlass(['stop', 'acme', ...byAda], account.env);
  const told = stdout.slice(stdout.indexOf('■ Stopped'));
  expect(told).toMatch(/ next run +not known; windlass rotate acme --manual starts one\n/);
  expect(told).toContain('nothing starts the daily sweep');
});

const drill = executionArn('acme', 'drill');

async function runWithoutPlan() {
  const account = await openAccount('acme');
  account.executions.set(drill, 'RUNNING');
  return account;
}

/** Makes something happen at the very moment when the run is stopped. */
function whenStopped({ executions: { operations } }: Account, meanwhile: () => unknown) {
  const stop = operations.StopExecution;
  vi.spyOn(operations, 'StopExecution').mockImplementation((body) => {
    meanwhile();
    return stop(body);
  });
}

it('I11: of one that had no plan yet it says where another follows within minutes', async () => {
  const account = await runWithoutPlan();
  account.schedules.operations.CreateSchedule(dailySweep);
  const { stdout, stderr } = await windlass(['stop', 'acme', '--json', ...byAda], account.env);
  expect(JSON.parse(stdout)).toMatchObject({
    nextRun: { by: 'the daily sweep', mayComeSoonIfAnyLeft: true },
  });
  expect(stderr.replace(/\s+/g, ' ')).toContain(
    'within minutes, where the schedule has started this run, which had no plan yet, and something compromised, ' +
      'a cut that nobody has confirmed, or a scope under way is left',
  );
});

it('I11: a plan that it has made while somebody was asked counts', async () => {
  const account = await runWithoutPlan();
  const now = Math.floor(Date.now() / 1000);
  const execution = { id: drill, startedAt: instant(now - 60) };
  whenStopped(account, () =>
    account.journal('acme').record(entryOf({ execution }, now, 'planned', { successions: [] })),
  );
  const { stdout, stderr } = await windlass(['stop', 'acme', '--json', ...byAda], account.env);
  expect(JSON.parse(stdout)).toMatchObject({ nextRun: { mayComeSoonIfAnyLeft: false } });
  expect(stderr).not.toContain('or before');
});

it.each([true, false])(
  'I11: where its trail cannot be read any more, what was read before counts (with a plan: %s)',
  async (hasPlan) => {
    const account = hasPlan ? (await runToStop('Soak')).account : await runWithoutPlan();
    whenStopped(account, () => account.tables.close());
    const env = { ...account.env, AWS_MAX_ATTEMPTS: '1' };
    const { stdout } = await windlass(['stop', 'acme', '--json', ...byAda], env);
    expect(JSON.parse(stdout)).toMatchObject({ late: null, nextRun: { mayComeSoonIfAnyLeft: !hasPlan } });
  },
);
