import { expect, it } from 'vitest';
import { dynamoVerdicts } from '../../../lambdas/adapters/table/verdicts.ts';
import { start, until, windlass } from '../run.ts';
import { runToStop } from './stopped-run.ts';

/** The overlap has halted for strangers in proj_a; proj_b keeps what lets them in until `Take back everywhere` has come to it. */
async function takingBack() {
  const { account, drill, line, execution } = await runToStop('Restore clients');
  const listed = { before: ['cert_old'], after: ['cert_old', 'cert_new'] };
  for (const scope of ['proj_a', 'proj_b']) {
    await line(45, 'activating', { activating: ['cert_new'], before: ['cert_old'] }, scope);
    await line(44, 'activated', { activated: ['cert_new'], alreadyActive: [], ...listed }, scope);
  }
  const strangers = { error: 'TrustWidened' as const, cause: 'partner gets in' };
  await line(30, 'verified', { evidence: 'probe', moment: 'overlap', ...strangers }, 'proj_a');
  await line(29, 'undone', { takenBack: ['cert_new'], error: 'TrustWidened', ...listed }, 'proj_a');
  const verdicts = dynamoVerdicts(account.table('acme'));
  const visit = { execution, phase: 'overlap' as const };
  await verdicts.leave(visit, { scope: 'proj_a', verdict: 'halted', ...strangers });
  await verdicts.leave(visit, { scope: 'proj_b', verdict: 'halted', error: 'ProbeRefused', cause: '401' });
  return { account, drill };
}

it('F16, I11: windlass stop waits while what lets in who has to stay out is still to be taken back in other scopes', async () => {
  const { account, drill } = await takingBack();
  const stopping = start(['stop', 'acme', '--json', '--yes', '--started-by', 'Ada'], account.env);
  await until(stopping, ({ stderr }) => /waiting for what lets in who has to stay out/.test(stderr));
  expect(stopping.said.stdout).toBe('');
  account.executions.set(drill, 'FAILED', { error: 'TrustWidened', cause: 'proj_a: partner gets in' });
  const { code, stdout } = await stopping.ended;
  expect(JSON.parse(stdout)).toMatchObject({ stopped: false, ended: 'FAILED' });
  expect(code).toBe(4);
});

it('I13: windlass status says of a run that was stopped which of its scopes had halted', async () => {
  const { account, drill } = await takingBack();
  account.executions.set(drill, 'ABORTED', { error: 'Stopped', cause: 'Ada: a freeze' });
  const { code, stdout } = await windlass(['status', 'acme', '--json'], account.env);
  const { actions, last } = JSON.parse(stdout);
  expect(code).toBe(4);
  expect(actions.join('\n')).toMatch(
    /was stopped.*\nhalted: proj_a \(TrustWidened\), proj_b \(ProbeRefused\)/,
  );
  expect(last.halted.map(({ scope }: { scope: string }) => scope)).toEqual(['proj_a', 'proj_b']);
});
