import { describe, expect, it } from 'vitest';
import { beginScope } from '../../../../lambdas/begin-scope.ts';
import { instant } from '../../../../lambdas/domain/instant.ts';
import { scopePlansOf } from '../../../../lambdas/domain/manifest.ts';
import { release } from '../../../../lambdas/release.ts';
import { undo } from '../../../../lambdas/undo.ts';
import { overlapping, WIDENED } from '../../overlapping.ts';
import { DAY, failing, HOST, type Scene, type SceneAnchor, type SceneClient, scene } from '../../scene.ts';

const policy = { canary: ['proj_a'] };
const both = { running: { anchor: 'cert_acme0' }, staged: { anchor: 'cert_acme1' } };
const clients: SceneClient[] = [
  { name: 'billing', project: 'proj_a', ...both },
  { name: 'search', project: 'proj_b', ...both },
  { name: 'mail', project: 'proj_c', ...both },
];
const intruder: SceneClient = { name: 'intruder', project: 'proj_b', running: { anchor: 'cert_acme1' } };
const anchors: SceneAnchor[] = [
  {
    ...{ id: 'cert_acme0', expires: 20, in: ['proj_a', 'proj_b', 'proj_c'] },
    filter: 'subject.common_name != "intruder"',
  },
  { id: 'cert_acme1', expires: 300 },
];
const sweep = { mode: 'scheduled' as const };

type Planned = Awaited<ReturnType<Scene['plan']>>;
type More = { anchors?: SceneAnchor[]; clients?: SceneClient[]; projects?: string[] };

/**
 * A run in which two projects go well. In the third project the witness gets in, so the successor is taken
 * back there.
 */
async function widened(more: More = {}) {
  const about = { witnesses: [intruder], projects: ['proj_c', ...(more.projects ?? [])] };
  const set = await scene(
    [...anchors, ...(more.anchors ?? [])],
    [...clients, ...(more.clients ?? [])],
    about,
  );
  const plan = await set.plan('one', sweep, policy);
  const { execution, ports, goesWell, isWidened } = overlapping(set, 'one', plan);
  await goesWell('proj_a');
  await goesWell('proj_c');
  await isWidened('proj_b');
  const stands = () =>
    ['proj_a', 'proj_b', 'proj_c'].filter((one) => set.activeIn(one).includes('cert_acme1'));
  expect(stands()).toEqual(['proj_a', 'proj_c']);
  const executionOf = (id: string) => ({
    id,
    startedAt: id === 'one' ? execution.startedAt : instant(set.time.now),
  });
  return {
    ...set,
    first: plan,
    stands,
    /** Ends a run. Returns in how many minutes the next one comes, or null. */
    async ends(id: string, ended: Planned | undefined, halt = WIDENED, request: object = {}) {
      set.running.delete(id);
      await release(ports, { execution: executionOf(id), plan: ended, request, halt } as never);
      const [at] = Object.values(set.world.schedules.times());
      return at === undefined ? null : (Date.parse(at) / 1000 - set.time.now) / 60;
    },
    takesBack: (id: string, taken: Planned, on = ports) =>
      undo(on, { execution: executionOf(id), plan: taken, halt: WIDENED, everywhere: true }),
    /** Ports on which no deactivation in proj_a succeeds. */
    down: {
      ...set.portsWith({ wire: failing(({ op, scope }) => op === 'deactivate' && scope === 'proj_a') }),
      hosts: [HOST],
    },
  };
}

/** Begins the first scope of a plan. */
function begins(set: Awaited<ReturnType<typeof widened>>, plan: Planned) {
  const [share] = scopePlansOf(plan);
  if (!share) throw new Error('the plan has a scope');
  const { verdicts, clock } = set.ports;
  const execution = { id: 'two', startedAt: plan.plannedAt };
  const about = { execution, plan: share, phase: 'overlap' as const, mode: 'scheduled' as const };
  return beginScope({ verdicts, clock }, { ...about, child: 'child' });
}

const goesOn = [{ successor: 'cert_acme1', widened: true }];

describe('a successor that let a stranger in, and that its run has not taken back in every scope (F16)', () => {
  it('is taken back by the next run, which comes within minutes and activates nothing, where the calls have failed', async () => {
    const set = await widened();
    const taking = set.takesBack('one', set.first, set.down);
    await expect(taking).rejects.toMatchObject({ name: 'ApiUnavailable' });
    expect(set.stands()).toEqual(['proj_a']);
    expect(await set.ends('one', set.first)).toBeLessThanOrEqual(15);
    const plan = await set.plan('two', sweep, policy);
    expect(plan.successions).toMatchObject(goesOn);
    expect(scopePlansOf(plan).map(({ scope }) => scope)).toEqual(['proj_a']);
    await expect(begins(set, plan)).rejects.toMatchObject({ name: 'TrustWidened' });
    await set.takesBack('two', plan);
    expect(set.stands()).toEqual([]);
    await set.ends('two', plan);
    expect(await set.plan('three', sweep, policy)).toMatchObject({ decision: 'blocked', successions: [] });
  });

  it('is as well where the run has died before it came to that', async () => {
    const set = await widened();
    set.running.delete('one');
    const plan = await set.plan('two', sweep, policy);
    expect(plan.successions).toMatchObject(goesOn);
    await set.takesBack('two', plan);
    expect(set.stands()).toEqual([]);
  });

  it('is followed within minutes where the next run never gets a plan', async () => {
    const set = await widened();
    set.running.delete('one');
    const down = { Error: 'ApiUnavailable', Cause: 'no answer' };
    expect(await set.ends('two', undefined, down)).toBeLessThanOrEqual(15);
  });

  it('is not looked for any more where every scope has been seen to', async () => {
    const set = await widened();
    await set.takesBack('one', set.first);
    expect(await set.ends('one', set.first)).toBeNull();
    expect(await set.plan('two', sweep, policy)).toMatchObject({ decision: 'blocked', successions: [] });
  });

  it('is looked for again where a project could not be listed (I9)', async () => {
    const set = await widened();
    set.running.delete('one');
    const blind = set.portsWith({ wire: failing(({ op, scope }) => op === 'list' && scope === 'proj_c') });
    set.time.now += 3_600;
    const plan = await set.plan('two', sweep, policy, blind, set.time.now - 3_000);
    expect(scopePlansOf(plan).map(({ scope }) => scope)).toEqual(['proj_a']);
    await set.takesBack('two', plan);
    await set.ends('two', plan);
    expect(set.stands()).toEqual(['proj_c']);
    expect((await set.plan('three', sweep, policy)).successions).toMatchObject(goesOn);
  });
});

describe('what goes before that', () => {
  const keel: SceneAnchor[] = [
    { id: 'cert_keel0', expires: 18, in: ['proj_d'] },
    { id: 'cert_keel1', expires: 300 },
  ];
  const stock: SceneClient = { name: 'stock', project: 'proj_d', running: { anchor: 'cert_keel0' } };

  /** As {@link widened}, with a client of another authority that is ready to move. */
  async function beside(expires: number) {
    const more = keel.map((one) => (one.in ? { ...one, expires } : one));
    const set = await widened({ anchors: more, clients: [stock], projects: ['proj_d'] });
    set.running.delete('one');
    await set.stage('stock', 'AWSPENDING', { anchor: 'cert_keel1' });
    return set;
  }
  const others = [{ retiring: 'cert_keel0' }];

  it('is what would expire before its soak is over, and nothing else at first (I10, I17)', async () => {
    const soon = await beside(5);
    expect((await soon.plan('two', sweep, policy)).successions).toMatchObject(others);
    const later = await beside(18);
    expect((await later.plan('two', sweep, policy)).successions).toMatchObject(goesOn);
  });

  it('is anybody who is ready once runs have failed for hours (I17)', async () => {
    const set = await beside(18);
    const failingSince = instant(set.time.now);
    set.time.now += 7 * 3_600;
    const plan = await set.plan('two', { ...sweep, failingSince }, policy);
    expect(plan.successions).toMatchObject(others);
    // The successor that let the witness in is not forgotten: the next run comes right after this one.
    expect(plan.nextRotationAt).toBe(instant(set.time.now + 300));
  });

  it('is what is compromised, but right after a run that failed for it (I16)', async () => {
    const set = await beside(200);
    await set.plan('fire', { mode: 'emergency', anchors: ['cert_keel0'], reason: 'leaked' }, policy);
    set.running.delete('fire');
    expect((await set.plan('two', sweep, policy)).successions).toMatchObject(others);
    set.running.delete('two');
    const turned = { ...sweep, othersFirst: true as const };
    expect((await set.plan('three', turned, policy)).successions).toMatchObject(goesOn);
  });

  it('is a person’s word: his own run, or that he has made it active wherever the other is', async () => {
    const set = await widened();
    set.running.delete('one');
    const manual = await set.plan('two', { mode: 'manual', reason: 'repaired' }, policy);
    expect(manual.successions).toMatchObject([{ successor: 'cert_acme1' }]);
    expect(manual.successions).not.toMatchObject(goesOn);
    const byHand = await widened();
    byHand.running.delete('one');
    byHand.world.organization.toggle('proj_b', 'activate', ['cert_acme1'], 'outsider');
    const plan = await byHand.plan('two', sweep, policy);
    expect(plan.successions).toMatchObject([{ successor: 'cert_acme1' }]);
    expect(plan.successions).not.toMatchObject(goesOn);
  });

  it('is the rule for what has leaked since: it goes scope by scope, and waits for no filter (I16)', async () => {
    const set = await widened();
    set.running.delete('one');
    for (const { name } of clients) await set.stage(name, 'AWSPENDING', { anchor: 'cert_acme0' });
    await set.plan('fire', { mode: 'emergency', anchors: ['cert_acme0'], reason: 'leaked' }, policy);
    set.running.delete('fire');
    set.time.now += DAY;
    expect(await set.plan('two', sweep, policy)).toMatchObject({ decision: 'blocked', successions: [] });
  });
});
