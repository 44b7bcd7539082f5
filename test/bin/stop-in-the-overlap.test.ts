import { setTimeout } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { instant } from '../../lambdas/domain/instant.ts';
import { entryOf } from '../../lambdas/domain/memory/audit.ts';
import { executionArn, openAccount } from './account.ts';
import { start } from './run.ts';

const drill = executionArn('acme', 'drill');
const now = Math.floor(Date.now() / 1000);

it('I11, F7: windlass stop does not say that every scope works while a renewal that turns clients away waits to be taken back', async () => {
  const account = await openAccount('acme');
  account.executions.set(drill, 'RUNNING');
  account.executions.entered(drill, 'Activate scope by scope');
  const journal = account.journal('acme');
  const run = { execution: { id: drill, startedAt: instant(now - 60) } };
  const line = (ago: number, event: Parameters<typeof entryOf>[2], detail: object, scope?: string) =>
    journal.record(entryOf(run, now - ago, event, { ...detail }, scope));
  await line(50, 'planned', {
    request: { mode: 'scheduled' },
    successions: [{ retiring: 'cert_old', successor: 'cert_new' }],
    blocked: [],
    scopes: [['projects', ['proj_a', 'proj_b']]],
  });
  // A renewal of the same key and name: hosts ask it first, and its filter refuses the clients. Undo deactivates it again.
  const listed = { before: ['cert_old'], after: ['cert_old', 'cert_new'] };
  await line(45, 'activating', { activating: ['cert_new'], before: ['cert_old'] }, 'proj_a');
  await line(44, 'activated', { activated: ['cert_new'], alreadyActive: [], ...listed }, 'proj_a');
  const refused = { error: 'SuccessorRefused', cause: 'billing was refused' };
  await line(1, 'verified', { evidence: 'probe', moment: 'overlap', ...refused }, 'proj_a');
  const byAda = ['--yes', '--started-by', 'Ada', '--reason', 'x'];
  const stopping = start(['stop', 'acme', '--json', ...byAda], account.env);
  const status = () => account.executions.operations.DescribeExecution({ executionArn: drill }).status;
  await setTimeout(6_000);
  const then = status();
  await line(0, 'undone', { takenBack: ['cert_new'], error: refused.error, ...listed }, 'proj_a');
  await stopping.ended;
  expect(then).toBe('RUNNING');
});
