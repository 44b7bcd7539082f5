import { describe, expect, it } from 'vitest';
import { instant } from '../../../lambdas/domain/instant.ts';
import { release } from '../../../lambdas/release.ts';
import { DAY, failing, NOW, scene } from '../scene.ts';

const busy = expect.objectContaining({ name: 'Busy' });
const manual = { mode: 'manual' as const };
const fire = { mode: 'emergency' as const, anchors: ['cert_globex0'], reason: 'its key leaked' };

/**
 * An emergency left globex active, because its client had no leaf to move to. Then acme began a rotation that
 * soaks.
 */
async function leftBeforeASoak() {
  const set = await scene(
    [
      { id: 'cert_acme0', expires: 20, in: ['proj_a'] },
      { id: 'cert_acme1', expires: 300 },
      { id: 'cert_globex0', expires: 200, in: ['proj_b'] },
      { id: 'cert_globex1', expires: 300 },
    ],
    [
      {
        name: 'billing',
        project: 'proj_a',
        running: { anchor: 'cert_acme0' },
        staged: { anchor: 'cert_acme1' },
      },
      { name: 'search', project: 'proj_b', running: { anchor: 'cert_globex0' } },
    ],
  );
  const end = async (execution: string) => {
    set.running.delete(execution);
    await release(set.ports, { execution: { id: execution, startedAt: instant(set.time.now) } });
  };
  expect(await set.plan('fire', fire)).toMatchObject({ decision: 'blocked' });
  await end('fire');
  set.time.now += 300;
  const soaking = await set.plan('acme');
  expect(soaking).toMatchObject({ atOnce: false, successions: [{ retiring: 'cert_acme0' }] });
  return {
    ...set,
    end,
    soaking,
    /** Stages the leaf that was missing. */
    stageGlobex: () => set.stage('search', 'AWSPENDING', { anchor: 'cert_globex1' }),
    holder: () => set.world.table.get('lease')?.get('lease')?.holder,
    nextLook: () => Object.values(set.world.schedules.times()),
  };
}

describe('what an emergency left, while another rotation soaks (I16)', () => {
  it('is looked at again within minutes, and then ever later, until the sweep is as soon', async () => {
    const { plan, time, nextLook, soaking, entries } = await leftBeforeASoak();
    expect(nextLook()).toEqual([soaking.leftAgainAt]);
    expect(soaking.leftAgainAt).toBe(instant(NOW + 300 + 600));
    time.now += 600;
    expect(await plan('look')).toMatchObject({ decision: 'busy' });
    expect(nextLook()).toEqual([instant(time.now + 300 + 900)]);
    expect(entries().at(-1)).toMatchObject({ event: 'busy', detail: { leftAgainAt: nextLook()[0] } });
    time.now += DAY;
    expect(await plan('sweep')).toMatchObject({ decision: 'busy' });
    expect(nextLook()).toEqual([instant(NOW + 900 + 300 + 900)]);
  });

  it.each([
    ['a sweep', { mode: 'scheduled' as const }],
    ['a person', manual],
  ])(
    'is cut as soon as it can be by a run that %s starts, which takes over as an emergency does',
    async (_, request) => {
      const { plan, stageGlobex, holder, leases, time } = await leftBeforeASoak();
      await stageGlobex();
      const taken = await plan('look', request);
      expect(taken).toMatchObject({ atOnce: true, successions: [{ retiring: 'cert_globex0' }] });
      expect(holder()).toBe('look');
      await expect(leases.demand({ execution: 'acme' })).rejects.toMatchObject({ name: 'Superseded' });
      // The run that soaked is taken up right after, within the time in which its calls may still land.
      expect(taken.nextRotationAt).toBe(instant(time.now + 300));
    },
  );

  it('is left to the run that has taken over, and to an emergency', async () => {
    const { plan, stageGlobex, holder } = await leftBeforeASoak();
    await stageGlobex();
    await plan('look');
    await expect(plan('again', manual)).rejects.toEqual(busy);
    expect(await plan('sweep')).toMatchObject({ decision: 'busy' });
    expect(holder()).toBe('look');
    await plan('fire again', fire);
    await expect(plan('last', manual)).rejects.toEqual(busy);
    expect(holder()).toBe('fire again');
  });

  it('takes the lease from nobody while it cannot be cut (I12)', async () => {
    const { plan, holder } = await leftBeforeASoak();
    await expect(plan('look', manual)).rejects.toEqual(busy);
    expect(holder()).toBe('acme');
  });

  it('keeps nobody waiting who asks for a run where nothing was ever compromised, and the other only confirms a cut', async () => {
    const { plan, world, journal, time } = await scene();
    const pair = { retiring: 'cert_acme0', successor: 'cert_acme1', compromised: false };
    await journal.rememberCuts([{ ...pair, scope: 'proj_a', cutAt: instant(time.now - 60) }]);
    world.organization.toggle('proj_a', 'activate', ['cert_acme1']);
    world.organization.toggle('proj_a', 'deactivate', ['cert_acme0']);
    expect(await plan('one')).toMatchObject({ successions: [{ retiring: 'cert_acme0', resumed: true }] });
    const calls = world.organization.calls.length;
    await expect(plan('two', manual)).rejects.toEqual(busy);
    expect(world.organization.calls).toHaveLength(calls);
  });

  it('is looked at again within minutes where nobody could look, and whoever asked is told so (I9)', async () => {
    const { plan, portsWith, stageGlobex, holder, nextLook, time, world, entries } = await leftBeforeASoak();
    await stageGlobex();
    const mute = portsWith({ wire: failing(({ op }) => op === 'projects') });
    time.now += 3_600;
    await expect(plan('asked', manual, {}, mute)).rejects.toThrow(
      /: nothing was changed, and what is due could not be looked at: \w+: /,
    );
    expect(holder()).toBe('acme');
    expect(nextLook()).toEqual([instant(time.now + 300)]);
    const failingSince = instant(time.now);
    const [name = ''] = Object.keys(world.schedules.times());
    expect(world.schedules.requestOf(name)).toMatchObject({ failingSince });
    time.now += 300;
    expect(await plan('look', { mode: 'scheduled', failingSince }, {}, mute)).toMatchObject({
      decision: 'busy',
    });
    expect(nextLook()).toEqual([instant(time.now + 600)]);
    expect(entries().at(-1)).toMatchObject({ detail: { leftAgainAt: nextLook()[0] } });
    time.now += 600;
    await plan('next look', { mode: 'scheduled', failingSince });
    expect(holder()).toBe('next look');
  });

  it('leaves the schedule to what follows a rotation that has died during the look (I16)', async () => {
    const { plan, portsWith, running, nextLook, time, world } = await leftBeforeASoak();
    const [set] = nextLook();
    const dies = portsWith({
      async wire({ op }, act) {
        if (op === 'projects') running.delete('acme');
        return act();
      },
    });
    time.now += 60;
    expect(await plan('look', undefined, {}, dies)).toMatchObject({ decision: 'busy' });
    expect(Object.values(world.schedules.times())).toEqual([set]);
  });

  it('brings nobody back for a look that failed where nothing was ever compromised', async () => {
    const { plan, portsWith, world } = await scene();
    await plan('one');
    await plan('two', undefined, {}, portsWith({ wire: failing(({ op }) => op === 'projects') }));
    expect(world.schedules.times()).toEqual({});
  });

  it('is left to the run that is about to plan its cut, so that two take the lease from each other once', async () => {
    const { plan, portsWith, stageGlobex, holder } = await leftBeforeASoak();
    await stageGlobex();
    let lists = 0;
    const slow = portsWith({
      wire: async (call, act) => {
        // The run lists twice: for its look, and for its plan.
        if (call.op === 'projects' && ++lists === 2)
          await expect(plan('other', manual)).rejects.toEqual(busy);
        return act();
      },
    });
    expect(await plan('look', manual, {}, slow)).toMatchObject({ atOnce: true });
    expect(lists).toBe(2);
    expect(holder()).toBe('look');
  });

  it('is cut by another run where the one that took over for it could not any more', async () => {
    const { plan, portsWith, stage, stageGlobex, holder } = await leftBeforeASoak();
    await stageGlobex();
    let lists = 0;
    const late = portsWith({
      wire: async (call, act) => {
        if (call.op === 'projects' && ++lists === 2)
          await stage('search', 'AWSPENDING', { anchor: 'cert_globex0' });
        return act();
      },
    });
    // It finds something else to rotate, which soaks for days.
    expect(await plan('look', manual, {}, late)).toMatchObject({ decision: 'rotate', atOnce: false });
    await stageGlobex();
    expect(await plan('other', manual)).toMatchObject({ atOnce: true });
    expect(holder()).toBe('other');
  });

  it('is planned by what is listed with the lease, and not by what a look has listed before', async () => {
    const { plan, ports, stageGlobex } = await leftBeforeASoak();
    await stageGlobex();
    const kept: string[] = [];
    const surveys = {
      ...ports.surveys,
      kept: async (execution: string) => {
        kept.push(execution);
        return ports.surveys.kept(execution);
      },
    };
    await plan('look', manual, {}, { ...ports, surveys });
    expect(kept).toEqual(['look/look', 'look']);
  });

  it('is planned in an attempt of its own where a look has taken the time of one (I18)', async () => {
    const { plan, portsWith, stageGlobex, holder, time } = await leftBeforeASoak();
    await stageGlobex();
    const slow = portsWith({
      wire: async (call, act) => {
        if (call.op === 'projects') time.now += 300;
        return act();
      },
    });
    await expect(plan('look', manual, {}, slow)).rejects.toMatchObject({ name: 'SurveyUnfinished' });
    expect(holder()).toBe('look');
    expect(await plan('look', manual, {}, slow)).toMatchObject({ atOnce: true });
  });

  it('costs no soak: the run after it takes up what soaked where it was (I11)', async () => {
    const { plan, end, stageGlobex, journal, time, soaking, world, activeIn } = await leftBeforeASoak();
    const [pair] = soaking.successions;
    const soakUntil = instant(time.now + 7 * DAY);
    const soak = { retiring: 'cert_acme0', successor: 'cert_acme1', provenAt: instant(time.now), soakUntil };
    expect(pair).toMatchObject({ retiring: soak.retiring, successor: soak.successor });
    world.organization.toggle('proj_a', 'activate', ['cert_acme1']);
    await journal.rememberSoaks([soak]);
    await stageGlobex();
    time.now += 2 * DAY;
    const taken = await plan('sweep');
    expect(taken).toMatchObject({ successions: [{ retiring: 'cert_globex0' }] });
    await end('sweep');
    expect(activeIn('proj_a')).toEqual(['cert_acme0', 'cert_acme1']);
    expect(await journal.soaks()).toEqual([soak]);
    world.organization.toggle('proj_b', 'activate', ['cert_globex1']);
    world.organization.toggle('proj_b', 'deactivate', ['cert_globex0']);
    time.now += 300;
    expect(await plan('after')).toMatchObject({
      atOnce: false,
      successions: [{ retiring: 'cert_acme0', successor: 'cert_acme1' }],
    });
    expect(await journal.soaks()).toEqual([soak]);
  });

  it('costs a look one list for each scope, and one line of the trail', async () => {
    const { plan, portsWith, world } = await leftBeforeASoak();
    const calls: string[] = [];
    const counted = portsWith({
      wire: async (call, act) => {
        calls.push(call.changes ? `changes ${call.op}` : call.op);
        return act();
      },
    });
    const before = structuredClone(world.table);
    await expect(plan('look', manual, {}, counted)).rejects.toEqual(busy);
    expect(calls.filter((op) => op === 'projects' || op === 'list')).toHaveLength(1 + 1 + 2);
    expect(calls.filter((op) => op.startsWith('changes'))).toEqual(['changes schedule', 'changes journal']);
    before.delete('rotation');
    for (const [pk, items] of before) expect(world.table.get(pk), pk).toEqual(items);
  });

  it('leaves the schedule to a run that has ended meanwhile (rule 6)', async () => {
    const { plan, portsWith, leases, nextLook, soaking, time } = await leftBeforeASoak();
    time.now += 600;
    const ends = portsWith({
      wire: async (call, act) => {
        if (call.op === 'projects') await leases.release('acme');
        return act();
      },
    });
    expect(await plan('look', undefined, {}, ends)).toMatchObject({ decision: 'busy' });
    expect(nextLook()).toEqual([soaking.leftAgainAt]);
  });
});
