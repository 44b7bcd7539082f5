import { expect, it } from 'vitest';
import { activate } from '../../../lambdas/activate.ts';
import { promote } from '../../../lambdas/promote.ts';
import { verify } from '../../../lambdas/verify.ts';
import { DAY, scene, scopeInput } from '../scene.ts';

it('I17: a run that has taken over and has yet to move its clients is not taken over from, though one of its pairs soaks since before', async () => {
  const set = await scene(
    [
      { id: 'cert_acme0', expires: 20, in: ['proj_a'] },
      { id: 'cert_acme1', expires: 300 },
      { id: 'cert_keel0', expires: 6, in: ['proj_b'] },
      { id: 'cert_keel1', expires: 300 },
      { id: 'cert_globex0', expires: 6, in: ['proj_b'] },
      { id: 'cert_globex1', expires: 300 },
    ],
    [
      {
        ...{ name: 'billing', project: 'proj_a', running: { anchor: 'cert_acme0' } },
        staged: { anchor: 'cert_acme1' },
      },
      { name: 'search', project: 'proj_b', running: { anchor: 'cert_keel0' } },
      { name: 'index', project: 'proj_b', running: { anchor: 'cert_globex0' } },
    ],
  );
  const plan = await set.plan('acme');
  const input = scopeInput('acme', plan);
  await activate(set.ports, input);
  const { provenAt } = await verify(set.ports, { ...input, moment: 'overlap' });
  const proven = { scope: 'proj_a', verdict: 'proven' as const, error: '', cause: '', provenAt };
  await set.verdicts.leave({ execution: input.execution, phase: 'overlap' }, proven);
  await promote(set.ports, {
    ...{ execution: input.execution, plan },
    verification: [{ anyHalted: false, provenAt }],
  });
  const holder = () => set.world.table.get('lease')?.get('lease')?.holder;
  set.time.now += DAY;
  await set.stage('search', 'AWSPENDING', { anchor: 'cert_keel1' });
  await set.plan('next');
  expect(holder()).toBe('next');
  // The run is in its overlap. A rotation that still has to move its clients is not taken over.
  set.time.now += 60;
  await set.stage('index', 'AWSPENDING', { anchor: 'cert_globex1' });
  await set.plan('third');
  expect(holder()).toBe('next');
});
