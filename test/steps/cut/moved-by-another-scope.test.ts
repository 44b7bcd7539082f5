import { expect, it } from 'vitest';
import { deactivate } from '../../../lambdas/deactivate.ts';
import { ORGANIZATION } from '../../../lambdas/domain/anchor.ts';
import { secondsOf } from '../../../lambdas/domain/instant.ts';
import { promote } from '../../../lambdas/promote.ts';
import { verify } from '../../../lambdas/verify.ts';
import { overlapping } from '../overlapping.ts';
import { isIn } from '../saying.ts';
import { type SceneClient, scene, scopeInput } from '../scene.ts';

const client = (name: string, project: string, running: string, staged: string): SceneClient => ({
  ...{ name, project, running: { anchor: running }, staged: { anchor: staged } },
});

/**
 * Keel is due in a project and acme in the organization. One client moves from keel to acme. Both successions
 * have soaked.
 */
async function soaked() {
  const set = await scene(
    [
      { id: 'cert_keel0', expires: 20, in: ['proj_a'] },
      { id: 'cert_keel1', expires: 300 },
      { id: 'cert_acme0', expires: 20, in: [ORGANIZATION] },
      { id: 'cert_acme1', expires: 300 },
    ],
    [
      client('mover', 'proj_a', 'cert_keel0', 'cert_acme1'),
      client('stock', 'proj_a', 'cert_keel0', 'cert_keel1'),
      client('billing', 'proj_b', 'cert_acme0', 'cert_acme1'),
    ],
  );
  const plan = await set.plan('one');
  const run = overlapping(set, 'one', plan);
  for (const scope of ['proj_a', ORGANIZATION]) await run.goesWell(scope);
  const verification = [{ anyHalted: false, provenAt: plan.plannedAt }];
  const { soakUntil, promoted } = await promote(set.ports, { execution: run.execution, plan, verification });
  expect(promoted).toContain('mover');
  set.time.now = secondsOf(soakUntil);
  const input = scopeInput('one', plan, 'proj_a');
  const cut = async () => {
    await verify(set.ports, { ...input, moment: 'beforeCut' });
    return deactivate(set.ports, input);
  };
  return { set, cut };
}

it.each(['mover', 'stock'])(
  'cuts nothing from under %s, whose old leaf somebody has put back in the soak, whichever scope has proven its new one (I1)',
  async (name) => {
    const { set, cut } = await soaked();
    await set.stage(name, 'AWSCURRENT', { anchor: 'cert_keel0' });
    await expect(cut()).rejects.toMatchObject({ message: expect.stringContaining(name) });
    expect(await isIn(set, name)).toBe('accepted');
  },
);

it('cuts where everybody runs on what it was moved to', async () => {
  const { set, cut } = await soaked();
  await cut();
  expect(set.activeIn('proj_a')).toEqual(['cert_keel1']);
});
