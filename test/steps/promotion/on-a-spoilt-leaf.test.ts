import { expect, it } from 'vitest';
import { promote } from '../../../lambdas/promote.ts';
import { overlapping } from '../overlapping.ts';
import { type SceneClient, scene } from '../scene.ts';

const on = (name: string, running: string, staged?: string): SceneClient => ({
  ...{ name, project: 'proj_a', running: { anchor: running } },
  ...(staged !== undefined && { staged: { anchor: staged } }),
});

it('I1, I9: a cut waits for a client that was to be moved to another authority before, and stays with a leaf of the line that nobody can present', async () => {
  const set = await scene(
    [
      { id: 'cert_acme0', expires: 200 },
      { id: 'cert_acme1', expires: 20, in: ['proj_a'] },
      { id: 'cert_acme2', expires: 300 },
      { id: 'cert_keel0', expires: 21, in: ['proj_a'] },
      { id: 'cert_keel1', expires: 300 },
    ],
    [
      on('billing', 'cert_acme1', 'cert_acme2'),
      // Keel's cut is held for this client.
      on('unready', 'cert_keel0'),
      on('spoilt', 'cert_acme0', 'cert_keel1'),
    ],
  );
  const [held, other] = await Promise.all(
    ['spoilt', 'billing'].map((name) => set.secrets.read(name, 'AWSCURRENT')),
  );
  const put = { ...held, privateKey: other?.privateKey, versionId: undefined };
  set.world.secrets.put('spoilt', JSON.stringify(put), ['AWSCURRENT']);
  const plan = await set.plan('one');
  const run = overlapping(set, 'one', plan);
  await run.goesWell('proj_a');
  // A replica can be read here, but its labels cannot be moved.
  set.world.secrets.replicate('spoilt', 'us-west-2');
  const verification = [{ anyHalted: false, provenAt: plan.plannedAt }];
  const { promoted } = await promote(set.ports, { execution: run.execution, plan, verification });
  expect(promoted).toEqual(['billing']);
  const [verdict] = await set.verdicts.of({ execution: run.execution, phase: 'overlap' });
  expect(verdict).toMatchObject({ scope: 'proj_a', verdict: 'halted', held: true });
});
