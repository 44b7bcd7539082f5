import { expect, it } from 'vitest';
import { instant } from '../../lambdas/domain/instant.ts';
import { entryOf } from '../../lambdas/domain/memory/audit.ts';
import { executionArn, openAccount } from './account.ts';
import { start, until } from './run.ts';

const drill = executionArn('acme', 'drill');
const now = Math.floor(Date.now() / 1000);

it('I11: windlass stop waits until the clients of an undone cut were looked after', async () => {
  const account = await openAccount('acme');
  account.executions.set(drill, 'RUNNING');
  account.executions.entered(drill, 'Deactivate retiring anchors');
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
  for (const scope of ['proj_a', 'proj_b'])
    await line(45, 'verified', { evidence: 'probe', probes: 2, moment: 'overlap' }, scope);
  await line(40, 'promoted', {
    promoted: ['billing'],
    alreadyCurrent: [],
    leaves: [{ client: 'billing', before: 'old', after: 'new' }],
  });
  await line(30, 'deactivated', { deactivated: ['cert_old'] }, 'proj_a');
  // Its promoted client was refused. It is moved back when the other scopes of its wave have ended.
  await line(20, 'confirmed', { error: 'SuccessorRefused', cause: 'billing was refused' }, 'proj_a');
  await line(10, 'undone', { reactivated: ['cert_old'], standing: [], error: 'SuccessorRefused' }, 'proj_a');
  const byAda = ['--yes', '--started-by', 'Ada', '--reason', 'x'];
  const stopping = start(['stop', 'acme', '--json', ...byAda], account.env);
  await until(stopping, ({ stderr }) => /waiting for clients to be looked after.*: proj_a/.test(stderr));
  const status = () => account.executions.operations.DescribeExecution({ executionArn: drill }).status;
  expect(status()).toBe('RUNNING');
  // One of whom nothing could be told is looked at again.
  await line(9, 'restored', { restored: [], kept: [], alreadyBack: [], leaves: [], unknown: 1 });
  expect(status()).toBe('RUNNING');
  await line(5, 'restored', { restored: ['billing'], kept: [], alreadyBack: [], leaves: [], unknown: 0 });
  const { stdout } = await stopping.ended;
  expect(JSON.parse(stdout)).toMatchObject({ stopped: true, late: [] });
  expect(status()).toBe('ABORTED');
});
