import { expect, it, vi } from 'vitest';
import { dynamoVerdicts } from '../../../lambdas/adapters/table/verdicts.ts';
import { instant } from '../../../lambdas/domain/instant.ts';
import { HURRIED, start, until, windlass } from '../run.ts';
import { runToStop } from './stopped-run.ts';

const now = Math.floor(Date.now() / 1000);
const looked = { evidence: 'probe', probes: 2, moment: 'beforeCut' };
const byAda = ['--yes', '--started-by', 'Ada', '--reason', 'x', '--json'];

/** A run whose scopes are proven and whose clients have moved. */
async function beforeItsCuts() {
  const { account, drill, line, execution } = await runToStop('Deactivate scope by scope');
  for (const scope of ['proj_a', 'proj_b'])
    await line(45, 'verified', { ...looked, moment: 'overlap' }, scope);
  await line(40, 'promoted', { promoted: ['billing'], alreadyCurrent: [], leaves: [] });
  const status = () => account.executions.operations.DescribeExecution({ executionArn: drill }).status;
  return { account, drill, line, execution, status };
}

it('I11: windlass stop waits for a scope that has been looked at before its cut, since its function may be about to make it', async () => {
  const { account, line, status } = await beforeItsCuts();
  await line(1, 'verified', looked, 'proj_a');
  const stopping = start(['stop', 'acme', ...byAda], { ...account.env, ...HURRIED });
  await until(stopping, ({ stderr }) => stderr.includes('waiting for what is about to be cut: proj_a'));
  // The API told the function to come later (429, F12). The function writes its cut down right before it
  // makes it.
  const cut = { scope: 'proj_a', retiring: 'cert_old', successor: 'cert_new', compromised: false };
  const journal = account.journal('acme');
  await journal.rememberCuts([{ ...cut, cutAt: instant(now + 60) }]);
  await line(0, 'deactivated', { deactivated: ['cert_old'], before: [], after: [] }, 'proj_a');
  await until(stopping, ({ stderr }) => stderr.includes('waiting for 1 cut to be confirmed'));
  expect(status()).toBe('RUNNING');
  await journal.forgetCuts([cut]);
  expect(JSON.parse((await stopping.ended).stdout)).toMatchObject({ stopped: true, late: [], mayLand: [] });
});

it('does not wait for a scope that halted before its cut, nor for a shard of one', async () => {
  const { account, execution, line } = await beforeItsCuts();
  await line(20, 'verified', looked, 'proj_a');
  await line(10, 'verified', { ...looked, shard: { at: 0, of: 2 } }, 'proj_b');
  const halted = { error: 'SuccessorNotActive' as const, cause: 'it is gone' };
  await dynamoVerdicts(account.table('acme')).leave(
    { execution, phase: 'cut' },
    { scope: 'proj_a', verdict: 'halted', ...halted },
  );
  const { stdout } = await windlass(['stop', 'acme', ...byAda], account.env);
  expect(JSON.parse(stdout)).toMatchObject({ stopped: true, late: [], mayLand: [] });
});

it('says where a cut may land that a scope came to at that very moment', async () => {
  const { account, drill, line } = await beforeItsCuts();
  const stop = account.executions.operations.StopExecution;
  vi.spyOn(account.executions.operations, 'StopExecution').mockImplementation((input) => {
    void line(0, 'verified', looked, 'proj_b');
    return stop(input);
  });
  const { stdout } = await windlass(['stop', drill, ...byAda], account.env);
  expect(JSON.parse(stdout)).toMatchObject({ stopped: true, late: [], mayLand: ['proj_b'] });
});

it('I10, I11: windlass stop waits for the confirmation of a cut though the clock of the function that made it is behind that of Step Functions', async () => {
  const { account, line, status } = await beforeItsCuts();
  await line(10, 'verified', looked, 'proj_a');
  // The execution began a minute ago. By its function's clock the cut was made a minute before that.
  const pair = { retiring: 'cert_old', successor: 'cert_new', compromised: false, cutAt: instant(now - 120) };
  const journal = account.journal('acme');
  await journal.rememberCuts([
    { ...pair, scope: 'proj_a' },
    { ...pair, scope: 'proj_b' },
  ]);
  await line(5, 'deactivating', { deactivating: ['cert_old'], before: ['cert_old', 'cert_new'] }, 'proj_a');
  await line(4, 'deactivated', { deactivated: ['cert_old'], before: [], after: [] }, 'proj_a');
  const stopping = start(['stop', 'acme', ...byAda], { ...account.env, ...HURRIED });
  const isWaiting = ({ stderr }: { stderr: string }) => stderr.includes('1 cut to be confirmed: proj_a');
  const first = await Promise.race([until(stopping, isWaiting).then(() => 'waits'), stopping.ended]);
  expect([first, status()]).toEqual(['waits', 'RUNNING']);
  await journal.forgetCuts([{ ...pair, scope: 'proj_a' }]);
  // The cut of proj_b belongs to an earlier run: this run has written nothing about it.
  expect(JSON.parse((await stopping.ended).stdout)).toMatchObject({ stopped: true, late: [] });
});
