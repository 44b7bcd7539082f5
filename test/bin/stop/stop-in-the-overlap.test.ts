import { setTimeout } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { HURRIED, start, until } from '../run.ts';
import { runToStop } from './stopped-run.ts';

it('I11, F7: windlass stop does not say that every scope works while a renewal that turns clients away waits to be taken back', async () => {
  const { account, drill, line } = await runToStop('Activate scope by scope');
  // A renewal with the same key and name. Hosts check it first, and its filter refuses the clients. The undo
  // deactivates it again.
  const listed = { before: ['cert_old'], after: ['cert_old', 'cert_new'] };
  await line(45, 'activating', { activating: ['cert_new'], before: ['cert_old'] }, 'proj_a');
  await line(44, 'activated', { activated: ['cert_new'], alreadyActive: [], ...listed }, 'proj_a');
  const refused = { error: 'SuccessorRefused', cause: 'billing was refused' };
  await line(1, 'verified', { evidence: 'probe', moment: 'overlap', ...refused }, 'proj_a');
  const byAda = ['--yes', '--started-by', 'Ada', '--reason', 'x'];
  const stopping = start(['stop', 'acme', '--json', ...byAda], { ...account.env, ...HURRIED });
  const status = () => account.executions.operations.DescribeExecution({ executionArn: drill }).status;
  await until(stopping, ({ stderr }) => stderr.includes('waiting for what was activated'));
  // In this time the command looks again a few times.
  await setTimeout(500);
  const then = status();
  await line(0, 'undone', { takenBack: ['cert_new'], error: refused.error, ...listed }, 'proj_a');
  await stopping.ended;
  expect(then).toBe('RUNNING');
});
