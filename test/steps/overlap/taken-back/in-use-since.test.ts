import { expect, it } from 'vitest';
import { confirm } from '../../../../lambdas/confirm.ts';
import { deactivate } from '../../../../lambdas/deactivate.ts';
import type { Request } from '../../../../lambdas/domain/request.ts';
import { promote } from '../../../../lambdas/promote.ts';
import { release } from '../../../../lambdas/release.ts';
import { undo } from '../../../../lambdas/undo.ts';
import { verify } from '../../../../lambdas/verify.ts';
import { overlapping, WIDENED } from '../../overlapping.ts';
import { DAY, type SceneAnchor, type SceneClient, scene, scopeInput } from '../../scene.ts';

// The workloads of proj_b are not configured.
const policy = { listingScopes: ['proj_b'], canary: ['proj_b'], successions: { cert_acme0: 'cert_acme2' } };
const filter = 'subject.common_name != "intruder"';
const anchors: SceneAnchor[] = [
  { id: 'cert_acme0', expires: 20, in: ['proj_b'], filter },
  { id: 'cert_acme1', expires: 45, in: ['proj_a', 'proj_b'], filter },
  { id: 'cert_acme2', expires: 300, filter },
];
const billing: SceneClient = {
  ...{ name: 'billing', project: 'proj_a', running: { anchor: 'cert_acme1' } },
  staged: { anchor: 'cert_acme2' },
};

/** A run that replaces acme0 in proj_b and soaks. The witness calls from `project`. */
async function soaking(project: string) {
  const intruder: SceneClient = { name: 'intruder', project, running: { anchor: 'cert_acme2' } };
  const set = await scene(anchors, [billing], { witnesses: [intruder] });
  const plan = await set.plan('one', { mode: 'scheduled' }, policy);
  expect(plan.successions).toMatchObject([{ retiring: 'cert_acme0', successor: 'cert_acme2' }]);
  const one = overlapping(set, 'one', plan);
  await one.goesWell('proj_b');
  const { execution, ports } = one;
  await promote(ports, { execution, plan, verification: [{ anyHalted: false, provenAt: plan.plannedAt }] });
  return { set, plan, ...one };
}

/** Cuts acme0 after the soak and ends that run. The workloads of proj_b run on acme2 from then on. */
async function cut({ set, plan, ports, execution }: Awaited<ReturnType<typeof soaking>>) {
  set.time.now += 7 * DAY;
  const input = scopeInput('one', plan, 'proj_b');
  const verification = await verify(ports, { ...input, moment: 'beforeCut' });
  const deactivation = await deactivate(ports, input);
  await confirm(ports, { ...input, verification, deactivation });
  await release(ports, { execution, plan, request: {} });
  expect([await set.journal.soaks(), await set.journal.cuts()]).toEqual([[], []]);
}

/**
 * Plans the next run, which is to replace acme1 by acme2 as well. Somebody has changed acme2's filter, so it
 * lets the witness in.
 */
async function next({ set }: Awaited<ReturnType<typeof soaking>>, request: Request) {
  set.running.delete('one');
  const plan = await set.plan('two', request, policy);
  expect(plan.successions).toMatchObject([{ retiring: 'cert_acme1', successor: 'cert_acme2' }]);
  set.world.organization.setFilter('cert_acme2', 'subject.common_name != "nobody"');
  return { plan, ...overlapping(set, 'two', plan) };
}

it('I1: a successor that a scope runs on since an earlier rotation, which is forgotten, is not taken back there', async () => {
  const run = await soaking('proj_a');
  await cut(run);
  run.set.time.now += 9 * DAY;
  const { ports, execution, plan, goesWell, isWidened } = await next(run, { mode: 'scheduled' });
  await goesWell('proj_b');
  // In proj_a the successor was activated just now, so it is taken back there.
  expect(await isWidened('proj_a')).toMatchObject({ takenBack: ['cert_acme2'] });
  expect(await undo(ports, { execution, plan, halt: WIDENED, everywhere: true })).toEqual({
    takenBack: [],
    also: expect.stringContaining('leaves active cert_acme2 (clients run on it, or may) in proj_b'),
  });
  expect(run.set.activeIn('proj_b')).toEqual(['cert_acme1', 'cert_acme2']);
});

it('I1: nor one that soaks there for another anchor than the run that comes in between replaces', async () => {
  const run = await soaking('proj_b');
  run.set.time.now += 5 * DAY;
  const fire = { mode: 'emergency' as const, anchors: ['cert_acme1'], reason: 'its key leaked' };
  const { isWidened } = await next(run, fire);
  expect(await isWidened('proj_b')).toMatchObject({
    also: '; left active in proj_b: cert_acme2 (clients run on it, or may)',
  });
  expect(run.set.activeIn('proj_b')).toEqual(['cert_acme0', 'cert_acme1', 'cert_acme2']);
});
