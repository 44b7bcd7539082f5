import { describe, expect, it } from 'vitest';
import { instant, secondsOf } from '../../../lambdas/domain/instant.ts';
import { release } from '../../../lambdas/release.ts';
import { scheduleNext } from '../../../lambdas/schedule-next.ts';
import { DAY, NOW, scene } from '../scene.ts';

/**
 * Plans the sweep after an emergency that took over from another run. A call of that other run is on its way
 * and activates the anchor that the emergency has named. Acme's soak began `ago` days ago and ends in `ends`
 * days.
 */
async function sweepBeforeLateCall(soaked: { ago: number; ends: number }) {
  const set = await scene(
    [
      { id: 'cert_acme0', expires: 20, in: ['proj_a'] },
      { id: 'cert_acme1', expires: 300, in: ['proj_a'] },
      { id: 'cert_keel0', expires: 20, in: ['proj_b'] },
      { id: 'cert_keel1', expires: 300 },
    ],
    [
      { name: 'billing', project: 'proj_a', running: { anchor: 'cert_acme1' } },
      {
        name: 'stock',
        project: 'proj_b',
        running: { anchor: 'cert_keel0' },
        staged: { anchor: 'cert_keel1' },
      },
    ],
  );
  const pair = { retiring: 'cert_acme0', successor: 'cert_acme1' };
  // A run is about to activate keel1 in proj_b, and its call is on its way.
  await set.plan('one');
  const provenAt = instant(NOW - soaked.ago * DAY);
  await set.journal.rememberSoaks([{ ...pair, provenAt, soakUntil: instant(NOW + soaked.ends * DAY) }]);
  // Then keel1's key leaks. The emergency takes over, sees keel1 active nowhere, and ends within a minute.
  const fire = { mode: 'emergency' as const, anchors: ['cert_keel1'], reason: 'its key leaked' };
  set.time.now += 10;
  const emergency = await set.plan('fire', fire);
  const took = set.time.now;
  const first = { execution: { id: 'fire', startedAt: instant(took) }, plan: emergency, request: fire };
  await scheduleNext(set.ports, first);
  await release(set.ports, first);
  set.running.clear();
  const looks = () => Object.values(set.world.schedules.times()).map(secondsOf);
  // A run follows that goes on with acme, which soaks already.
  expect(looks()).toEqual([took + 300]);
  set.time.now = took + 300;
  const sweep = await set.plan('sweep');
  expect(sweep.successions).toMatchObject([pair]);
  return { ...set, sweep, looks, lateUntil: took + 900 };
}

describe('I15, I16: a call that lands late is looked for within minutes', () => {
  it('though the run meanwhile only cuts what has served its soak', async () => {
    const { ports, time, world, sweep, looks } = await sweepBeforeLateCall({ ago: 8, ends: -1 });
    time.now += 60;
    const execution = { id: 'sweep', startedAt: sweep.plannedAt };
    await scheduleNext(ports, { execution, plan: sweep, request: {} });
    // Now the call lands, and the leaked key gets in.
    time.now += 60;
    world.organization.toggle('proj_b', 'activate', ['cert_keel1'], 'windlass');
    expect(Math.min(...looks()) - time.now).toBeLessThanOrEqual(3_600);
  });

  it('though the run meanwhile soaks for days, and goes on being looked for', async () => {
    const { plan, time, world, looks, lateUntil } = await sweepBeforeLateCall({ ago: 1, ends: 6 });
    expect(looks()).toEqual([lateUntil]);
    world.organization.toggle('proj_b', 'activate', ['cert_keel1'], 'windlass');
    time.now = lateUntil;
    await plan('look');
    expect(Math.min(...looks()) - time.now).toBeLessThanOrEqual(3_600);
  });
});
