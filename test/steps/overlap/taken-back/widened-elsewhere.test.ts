import { expect, it } from 'vitest';
import { promote } from '../../../../lambdas/promote.ts';
import { release } from '../../../../lambdas/release.ts';
import { restore } from '../../../../lambdas/restore.ts';
import { overlapping, WIDENED } from '../../overlapping.ts';
import { type SceneAnchor, type SceneClient, scene } from '../../scene.ts';

const policy = { canary: ['proj_a'] };

it('F16: a successor that has let a stranger in is taken back in every scope where this run has activated it, or the plan says where it stands', async () => {
  const anchors: SceneAnchor[] = [
    { id: 'cert_acme0', expires: 20, in: ['proj_a', 'proj_b'], filter: 'subject.common_name != "intruder"' },
    { id: 'cert_acme1', expires: 300 },
  ];
  const both = { running: { anchor: 'cert_acme0' }, staged: { anchor: 'cert_acme1' } };
  const clients: SceneClient[] = [
    { name: 'billing', project: 'proj_a', ...both },
    { name: 'search', project: 'proj_b', ...both },
  ];
  // The witness calls with a key of proj_b: in proj_a nobody looks.
  const intruder: SceneClient = { name: 'intruder', project: 'proj_b', running: { anchor: 'cert_acme1' } };
  const set = await scene(anchors, clients, { witnesses: [intruder] });
  const plan = await set.plan('one', { mode: 'scheduled' }, policy);
  const { execution, ports, goesWell, isWidened } = overlapping(set, 'one', plan);
  // The canary goes well; in the next wave the witness gets in.
  await goesWell('proj_a');
  // The canary keeps it: the halt itself says where somebody has to look.
  expect(await isWidened('proj_b')).toMatchObject({
    takenBack: ['cert_acme1'],
    also: expect.stringContaining('this run has activated the same in proj_a'),
  });
  expect(await promote(ports, { execution, plan, halt: WIDENED })).toMatchObject({ promoted: [] });
  await restore(ports, { execution, plan });
  await release(ports, { execution, request: {}, plan, halt: WIDENED });
  set.running.delete('one');
  // A day later the sweep leaves the pair to a person.
  set.time.now += 86_400;
  const sweep = await set.plan('two', { mode: 'scheduled' }, policy);
  expect(sweep.decision).toBe('blocked');
  const told = sweep.blocked.map(({ reason, scopes = [] }) => `${reason} ${scopes.join()}`).join();
  if (!told.includes('proj_a')) expect(set.activeIn('proj_a')).toEqual(['cert_acme0']);
});
