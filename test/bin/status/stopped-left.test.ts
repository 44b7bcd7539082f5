import { expect, it } from 'vitest';
import { dynamoVerdicts } from '../../../lambdas/adapters/table/verdicts.ts';
import { executionArn, openAccount } from '../doctor/account.ts';
import { windlass } from '../run.ts';
import { ago, dailySweep, line } from '../trail-lines.ts';

type Case = { isRecorded: boolean; emergency: boolean };

/**
 * Returns the actions after a stopped rotation in whose overlap strangers got in. With `emergency`, an
 * emergency for another anchor has run since and has looked at nothing of it.
 */
async function actionsAfter({ isRecorded, emergency }: Case): Promise<string> {
  const account = await openAccount('acme');
  account.schedules.operations.CreateSchedule(dailySweep);
  const journal = account.journal('acme');
  const [on, then] = [line('drill', 7_200), line('leak', 3_600)];
  const successions = [{ retiring: 'cert_old', successor: 'cert_new' }];
  const plan = { successions, blocked: [], scopes: [['projects', ['proj_a']]], summary: '' };
  await journal.record(on(1, 'planned', { request: { mode: 'scheduled' }, ...plan }));
  const drill = executionArn('acme', 'drill');
  await dynamoVerdicts(account.table('acme')).leave(
    { execution: { id: drill, startedAt: ago(7_200) }, phase: 'overlap' },
    { scope: 'proj_a', verdict: 'halted', error: 'TrustWidened', cause: 'partner gets in' },
  );
  account.executions.set(drill, 'ABORTED', { error: 'Stopped', cause: 'Ada' });
  if (isRecorded) await journal.record(on(9, 'ended', { outcome: 'stopped', Cause: 'Ada' }));
  if (emergency) {
    const request = { mode: 'emergency', anchors: ['cert_other'] };
    const nothing = { successions: [], blocked: [], scopes: [], summary: '' };
    await journal.record(then(1, 'planned', { request, ...nothing }));
    await journal.record(then(2, 'ended', { outcome: 'idle', request }));
  }
  await journal.rememberSuccess(ago(3_600));
  const { stdout } = await windlass(['status', 'acme', '--json'], account.env);
  return JSON.parse(stdout).actions.join('\n');
}

it.each<Case>([
  { isRecorded: true, emergency: false },
  { isRecorded: true, emergency: true },
  { isRecorded: false, emergency: true },
])('I13: status names the scopes of a stopped run that had halted, whatever ran since: %j', async (which) => {
  const actions = await actionsAfter(which);
  expect(actions).toMatch(/^the .*run.* was stopped/);
  expect(actions).toContain('halted: proj_a (TrustWidened)');
});
