import { describe, expect, it } from 'vitest';
import { beginScope } from '../../../../lambdas/begin-scope.ts';
import { scopePlansOf } from '../../../../lambdas/domain/manifest.ts';
import { release } from '../../../../lambdas/release.ts';
import { undo } from '../../../../lambdas/undo.ts';
import { overlapping, WIDENED } from '../../overlapping.ts';
import { failing, HOST, type Scene, type SceneAnchor, type SceneClient, scene } from '../../scene.ts';

const policy = { canary: ['proj_a'] };
const both = { running: { anchor: 'cert_acme0' }, staged: { anchor: 'cert_acme1' } };
const clients: SceneClient[] = [
  { name: 'billing', project: 'proj_a', ...both },
  { name: 'search', project: 'proj_b', ...both },
];
const intruder: SceneClient = { name: 'intruder', project: 'proj_b', running: { anchor: 'cert_acme1' } };
const anchors: SceneAnchor[] = [
  {
    ...{ id: 'cert_acme0', expires: 20, in: ['proj_a', 'proj_b'] },
    filter: 'subject.common_name != "intruder"',
  },
  { id: 'cert_acme1', expires: 300 },
];
const sweep = { mode: 'scheduled' as const };

type Planned = Awaited<ReturnType<Scene['plan']>>;

/** The canary goes well, and in the next project the witness gets in, which takes the successor back there. */
async function widened() {
  const set = await scene(anchors, clients, { witnesses: [intruder] });
  const plan = await set.plan('one', sweep, policy);
  const { execution, ports, goesWell, isWidened } = overlapping(set, 'one', plan);
  await goesWell('proj_a');
  await isWidened('proj_b');
  expect([set.activeIn('proj_a'), set.activeIn('proj_b')]).toEqual([
    ['cert_acme0', 'cert_acme1'],
    ['cert_acme0'],
  ]);
  const ends = async (id: string, ended: Planned, halt = WIDENED) => {
    set.running.delete(id);
    const about = { execution: { ...execution, id }, plan: ended, request: {}, halt };
    await release(ports, about as never);
    return Object.values(set.world.schedules.times());
  };
  const takesBack = (id: string, taken: Planned, on = ports) =>
    undo(on, { execution: { ...execution, id }, plan: taken, halt: WIDENED, everywhere: true });
  /** One project answers no call that takes anything back. */
  const down = {
    ...set.portsWith({ wire: failing(({ op, scope }) => op === 'deactivate' && scope === 'proj_a') }),
    hosts: [HOST],
  };
  return { ...set, first: plan, takesBack, ends, down };
}

/** How a scope of a plan begins. */
const begins = (set: Awaited<ReturnType<typeof widened>>, plan: Planned) => {
  const [share] = scopePlansOf(plan);
  if (!share) throw new Error('the plan has a scope');
  const { verdicts, clock } = set.ports;
  const execution = { id: 'two', startedAt: plan.plannedAt };
  return beginScope(
    { verdicts, clock },
    { execution, plan: share, phase: 'overlap', mode: 'scheduled', child: 'child' },
  );
};

describe('a successor that let a stranger in, and that its run has not taken back in every scope (F16)', () => {
  it('is taken back by the next run, which comes within minutes and activates nothing, where the calls have failed', async () => {
    const set = await widened();
    await expect(set.takesBack('one', set.first, set.down)).rejects.toMatchObject({ name: 'ApiUnavailable' });
    const [next = ''] = await set.ends('one', set.first);
    expect((Date.parse(next) - set.time.now * 1000) / 60_000).toBeLessThanOrEqual(15);
    const plan = await set.plan('two', sweep, policy);
    expect(plan.successions).toMatchObject([{ successor: 'cert_acme1', widened: true }]);
    expect(scopePlansOf(plan).map(({ scope }) => scope)).toEqual(['proj_a']);
    await expect(begins(set, plan)).rejects.toMatchObject({ name: 'TrustWidened' });
    await set.takesBack('two', plan);
    expect(set.activeIn('proj_a')).toEqual(['cert_acme0']);
    await set.ends('two', plan);
    expect(await set.plan('three', sweep, policy)).toMatchObject({ decision: 'blocked', successions: [] });
  });

  it('is as well where the run has died before it came to that', async () => {
    const set = await widened();
    set.running.delete('one');
    const plan = await set.plan('two', sweep, policy);
    expect(plan.successions).toMatchObject([{ widened: true }]);
    await set.takesBack('two', plan);
    expect(set.activeIn('proj_a')).toEqual(['cert_acme0']);
  });

  it('waits for nobody once a person starts a run, whose word it is that the filter is repaired', async () => {
    const set = await widened();
    set.running.delete('one');
    const plan = await set.plan('two', { mode: 'manual', reason: 'repaired' }, policy);
    expect(plan.successions).toMatchObject([{ successor: 'cert_acme1' }]);
    expect(plan.successions).not.toMatchObject([{ widened: true }]);
  });

  it('leaves the run after one that failed to others that are ready (I17)', async () => {
    const set = await widened();
    await set.takesBack('one', set.first, set.down).catch(() => {});
    await set.ends('one', set.first);
    const plan = await set.plan('two', sweep, policy);
    await set.takesBack('two', plan, set.down).catch(() => {});
    await set.ends('two', plan);
    const [name = ''] = Object.keys(set.world.schedules.times());
    expect(set.world.schedules.requestOf(name)).toMatchObject({ othersFirst: true });
  });

  it('is not looked for any more where every scope has been seen to', async () => {
    const set = await widened();
    await set.takesBack('one', set.first);
    expect(await set.ends('one', set.first)).toEqual([]);
    expect(await set.plan('two', sweep, policy)).toMatchObject({ decision: 'blocked', successions: [] });
  });
});
