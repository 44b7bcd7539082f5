import { expect, it } from 'vitest';
import { confirm } from '../../../lambdas/confirm.ts';
import { deactivate } from '../../../lambdas/deactivate.ts';
import { secondsOf } from '../../../lambdas/domain/instant.ts';
import { promote } from '../../../lambdas/promote.ts';
import { verify } from '../../../lambdas/verify.ts';
import { overlapping } from '../overlapping.ts';
import { SILENT, saying } from '../saying.ts';
import { type SceneClient, scene, scopeInput } from '../scene.ts';

const on = (name: string, line: string, isReady = true): SceneClient => ({
  ...{ name, project: 'proj_a', running: { anchor: `cert_${line}0` } },
  ...(isReady && { staged: { anchor: `cert_${line}1` } }),
});

/**
 * Acme is to be cut in a project after its soak. Keel's cut is held there for a client that is not ready.
 * Another client of keel was moved.
 */
async function soaked() {
  const set = await scene(
    [
      { id: 'cert_acme0', expires: 20, in: ['proj_a'] },
      { id: 'cert_acme1', expires: 300 },
      { id: 'cert_keel0', expires: 25, in: ['proj_a'] },
      { id: 'cert_keel1', expires: 300 },
    ],
    [on('billing', 'acme'), on('search', 'keel'), on('late', 'keel', false)],
  );
  const plan = await set.plan('one');
  const input = scopeInput('one', plan);
  const held = input.plan.successions.flatMap((one) => (one.held ? [one.retiring] : []));
  expect(held).toEqual(['cert_keel0']);
  const run = overlapping(set, 'one', plan);
  await run.goesWell('proj_a');
  const verification = [{ anyHalted: false, provenAt: plan.plannedAt }];
  const { soakUntil, promoted } = await promote(set.ports, { execution: run.execution, plan, verification });
  expect(promoted).toContain('search');
  set.time.now = secondsOf(soakUntil);
  return { set, input };
}

it('I17: a client of an authority whose cut is held in a scope, and that says nothing after the soak, keeps no other authority from being cut there', async () => {
  const { set, input } = await soaked();
  // Its API key was revoked during the soak.
  const ports = { ...set.ports, probe: saying(set.ports.probe, () => ({ search: SILENT })) };
  await verify(ports, { ...input, moment: 'beforeCut' });
  const deactivation = await deactivate(ports, input);
  await confirm(ports, { ...input, deactivation });
  expect(set.activeIn('proj_a')).toEqual(['cert_acme1', 'cert_keel0', 'cert_keel1']);
});

it('I1: such a client that somebody has moved onto what is cut keeps that from it', async () => {
  const { set, input } = await soaked();
  await set.stage('search', 'AWSCURRENT', { anchor: 'cert_acme0' });
  await expect(verify(set.ports, { ...input, moment: 'beforeCut' })).rejects.toMatchObject({
    name: 'ClientOnRetiring',
    message: expect.stringContaining('search'),
  });
});
