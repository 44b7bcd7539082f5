import { expect, it } from 'vitest';
import { executionArn, openAccount } from '../doctor/account.ts';
import { windlass } from '../run.ts';
import { dailySweep } from '../trail-lines.ts';
import { runToStop } from './stopped-run.ts';

const byAda = ['--yes', '--started-by', 'Ada'];

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

it('I11: of one that had no plan yet it says that another may follow within minutes', async () => {
  const account = await openAccount('acme');
  account.executions.set(executionArn('acme', 'drill'), 'RUNNING');
  account.schedules.operations.CreateSchedule(dailySweep);
  const { stdout, stderr } = await windlass(['stop', 'acme', '--json', ...byAda], account.env);
  expect(JSON.parse(stdout)).toMatchObject({ nextRun: { by: 'the daily sweep', mayComeSoon: true } });
  expect(stderr.replace(/\s+/g, ' ')).toContain(
    'within minutes where the schedule has started this one, which had no plan yet',
  );
});
