import { expect, it } from 'vitest';
import { promote } from '../../../lambdas/promote.ts';
import { release } from '../../../lambdas/release.ts';
import { overlapping, WIDENED } from '../overlapping.ts';
import { type SceneAnchor, type SceneClient, scene } from '../scene.ts';

it("I17: another authority's client that its own project has proven is moved, though a witness gets in by a neighbour's successor elsewhere", async () => {
  const everywhere = ['proj_a', 'proj_b'];
  const anchors: SceneAnchor[] = ['acme', 'keel'].flatMap((line) => [
    { id: `cert_${line}0`, expires: 20, in: everywhere },
    { id: `cert_${line}1`, expires: 300 },
  ]);
  const client = (name: string, project: string, line: string): SceneClient => ({
    ...{ name, project, running: { anchor: `cert_${line}0` }, staged: { anchor: `cert_${line}1` } },
  });
  const clients = [
    client('acme-a', 'proj_a', 'acme'),
    client('keel-a', 'proj_a', 'keel'),
    client('acme-b', 'proj_b', 'acme'),
    client('keel-b', 'proj_b', 'keel'),
  ];
  const intruder: SceneClient = { name: 'intruder', project: 'proj_a', running: { anchor: 'cert_acme1' } };
  const set = await scene(anchors, clients, { witnesses: [intruder] });
  const plan = await set.plan('one');
  const { execution, ports, goesWell, isWidened } = overlapping(set, 'one', plan);
  await goesWell('proj_b');
  // The undo knows which successor is at fault.
  expect(await isWidened('proj_a')).toMatchObject({ takenBack: ['cert_acme1'] });
  expect(await promote(ports, { execution, plan, halt: WIDENED })).toMatchObject({
    promoted: ['keel-a', 'keel-b'],
  });
});

it("I17: one authority's clients are not kept where they are run after run by another's witness, whose successor somebody else has activated", async () => {
  const anchors: SceneAnchor[] = [
    { id: 'cert_acme0', expires: 20, in: ['proj_a'] },
    // This anchor was activated by hand, so no run takes it back or leaves it to a person.
    { id: 'cert_acme1', expires: 300, in: ['proj_a'] },
    { id: 'cert_keel0', expires: 20, in: ['proj_a'] },
    { id: 'cert_keel1', expires: 300 },
  ];
  const clients: SceneClient[] = ['acme', 'keel'].map((line) => ({
    ...{ name: line, project: 'proj_a', running: { anchor: `cert_${line}0` } },
    staged: { anchor: `cert_${line}1` },
  }));
  const intruder: SceneClient = { name: 'intruder', project: 'proj_a', running: { anchor: 'cert_acme1' } };
  const set = await scene(anchors, clients, { witnesses: [intruder] });
  const moved: string[] = [];
  for (const day of ['one', 'two']) {
    const plan = await set.plan(day);
    const { execution, ports, isWidened } = overlapping(set, day, plan);
    await isWidened('proj_a');
    const { promoted } = await promote(ports, { execution, plan, halt: WIDENED });
    moved.push(...promoted);
    await release(ports, { execution, request: {}, plan, halt: WIDENED });
    set.running.delete(day);
    set.time.now += 86_400;
  }
  expect(moved).toContain('keel');
});
