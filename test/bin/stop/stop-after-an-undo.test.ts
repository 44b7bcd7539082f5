import { expect, it } from 'vitest';
import { HURRIED, start, until } from '../run.ts';
import { runToStop } from './stopped-run.ts';

it('I11: windlass stop waits until the clients of an undone cut were looked after', async () => {
  const { account, drill, line } = await runToStop('Deactivate retiring anchors');
  for (const scope of ['proj_a', 'proj_b'])
    await line(45, 'verified', { evidence: 'probe', probes: 2, moment: 'overlap' }, scope);
  await line(40, 'promoted', {
    promoted: ['billing'],
    alreadyCurrent: [],
    leaves: [{ client: 'billing', before: 'old', after: 'new' }],
  });
  await line(30, 'deactivated', { deactivated: ['cert_old'] }, 'proj_a');
  // A promoted client of this scope was refused. It is moved back after the other scopes of its wave have
  // ended.
  await line(20, 'confirmed', { error: 'SuccessorRefused', cause: 'billing was refused' }, 'proj_a');
  await line(10, 'undone', { reactivated: ['cert_old'], standing: [], error: 'SuccessorRefused' }, 'proj_a');
  const byAda = ['--yes', '--started-by', 'Ada', '--reason', 'x'];
  const stopping = start(['stop', 'acme', '--json', ...byAda], { ...account.env, ...HURRIED });
  await until(stopping, ({ stderr }) => /waiting for clients to be looked after.*: proj_a/.test(stderr));
  const status = () => account.executions.operations.DescribeExecution({ executionArn: drill }).status;
  expect(status()).toBe('RUNNING');
  // A client whose state could not be told is looked at again.
  await line(9, 'restored', { restored: [], kept: [], alreadyBack: [], leaves: [], unknown: 1 });
  expect(status()).toBe('RUNNING');
  await line(5, 'restored', { restored: ['billing'], kept: [], alreadyBack: [], leaves: [], unknown: 0 });
  const { stdout } = await stopping.ended;
  expect(JSON.parse(stdout)).toMatchObject({ stopped: true, late: [] });
  expect(status()).toBe('ABORTED');
});
