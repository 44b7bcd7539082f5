import { expect, it } from 'vitest';
import { instant } from '../../../lambdas/domain/instant.ts';
import { release } from '../../../lambdas/release.ts';
import { scene } from '../scene.ts';

it('I3, I13: that mutual TLS is off by now is red, whatever has been said of the cut before it', async () => {
  const set = await scene([
    { id: 'cert_acme0', expires: 20 },
    { id: 'cert_acme1', expires: 300 },
    { id: 'cert_globex1', expires: 300, in: ['proj_a'] },
  ]);
  await set.journal.rememberCuts([
    {
      ...{ scope: 'proj_a', retiring: 'cert_acme0', successor: 'cert_acme1', compromised: false },
      cutAt: instant(set.time.now - 3_600),
    },
  ]);
  // The successor is deleted, so no run can choose it. The cut is stranded, and a run says so.
  set.world.organization.remove('cert_acme1', 'outsider');
  const run = async (id: string) => {
    const plan = await set.plan(id, { mode: 'scheduled' });
    await release(set.ports, { execution: { id, startedAt: plan.plannedAt }, request: {}, plan } as never);
    set.running.delete(id);
    set.time.now += 86_400;
    return plan;
  };
  expect(await run('one')).toMatchObject({ isRed: true });
  expect(await run('two')).toMatchObject({ decision: 'blocked', isRed: false });
  set.world.organization.toggle('proj_a', 'deactivate', ['cert_globex1'], 'outsider');
  const off = await run('three');
  expect(off.blocked.map(({ reason }) => reason).join()).toContain('mutual TLS is off in proj_a');
  expect(off.isRed).toBe(true);
  // It is said only once.
  expect((await run('four')).blocked).toEqual([]);
});
