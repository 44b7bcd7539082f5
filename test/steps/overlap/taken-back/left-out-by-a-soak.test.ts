import { expect, it } from 'vitest';
import { promote } from '../../../../lambdas/promote.ts';
import { undo } from '../../../../lambdas/undo.ts';
import { overlapping, WIDENED } from '../../overlapping.ts';
import { onAcme } from '../../saying.ts';
import { DAY, type Scene, type SceneAnchor, type SceneClient, scene } from '../../scene.ts';

const filter = 'subject.common_name != "intruder"';
const anchors: SceneAnchor[] = [
  { id: 'cert_acme0', expires: 25, in: ['proj_a', 'proj_b'], filter },
  { id: 'cert_acme1', expires: 300, filter },
];

/**
 * A run soaks in proj_a without proj_b, where the API did not answer the activation. That run is stopped, and
 * the next run comes a day later.
 */
async function theNextDay(project: string) {
  const intruder: SceneClient = { name: 'intruder', project, running: { anchor: 'cert_acme1' } };
  const clients = [onAcme('billing', 'proj_a'), onAcme('search', 'proj_b')];
  const set = await scene(anchors, clients, { witnesses: [intruder] });
  const plan = await set.plan('one');
  const { execution, ports, goesWell } = overlapping(set, 'one', plan);
  await goesWell('proj_a');
  const halted = { scope: 'proj_b', verdict: 'halted' as const, error: 'ApiUnavailable', cause: '503' };
  await set.verdicts.leave({ execution, phase: 'overlap' }, halted);
  await promote(ports, { execution, plan, verification: [{ anyHalted: false, provenAt: plan.plannedAt }] });
  expect(await set.journal.soaks()).toMatchObject([{ successor: 'cert_acme1', except: ['proj_b'] }]);
  set.running.delete('one');
  set.time.now += DAY;
  const next = await set.plan('two');
  return { set, next, two: overlapping(set, 'two', next) };
}

const loseTheFilter = ({ world }: Scene) =>
  world.organization.setFilter('cert_acme1', 'subject.common_name != "nobody"');

it('F16: a successor by which a witness gets in is taken back where a soak has left its scope out: there none has begun', async () => {
  const { set, two } = await theNextDay('proj_b');
  loseTheFilter(set);
  expect(await two.isWidened('proj_b')).toMatchObject({ takenBack: ['cert_acme1'] });
  expect(set.activeIn('proj_b')).toEqual(['cert_acme0']);
});

it('F16: it is taken back there for a witness of another scope, too, and stays where it soaks', async () => {
  const { set, two, next } = await theNextDay('proj_a');
  await two.goesWell('proj_b');
  loseTheFilter(set);
  expect(await two.isWidened('proj_a')).not.toHaveProperty('takenBack');
  const { execution, ports } = two;
  const all = await undo(ports, { execution, plan: next, halt: WIDENED, everywhere: true });
  expect(all).toMatchObject({ takenBack: ['cert_acme1'], also: expect.stringContaining('in proj_b') });
  expect([set.activeIn('proj_a'), set.activeIn('proj_b')]).toEqual([
    ['cert_acme0', 'cert_acme1'],
    ['cert_acme0'],
  ]);
});
