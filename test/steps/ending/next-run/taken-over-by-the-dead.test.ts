import { expect, it } from 'vitest';
import { instant, secondsOf } from '../../../../lambdas/domain/instant.ts';
import { release } from '../../../../lambdas/release.ts';
import { scene } from '../../scene.ts';

const emergency = { mode: 'emergency' as const, anchors: ['cert_acme0'], reason: 'its key leaked' };

/**
 * A run goes on with an emergency and is superseded by another one. Returns in how many seconds a run comes
 * that the first one schedules. With `isStopped`, the other emergency dies as soon as it has the lease.
 */
async function superseded(isStopped: boolean, { hasEnded = false } = {}) {
  const set = await scene([
    { id: 'cert_acme0', expires: 200, in: ['proj_a'] },
    { id: 'cert_acme1', expires: 300 },
  ]);
  await set.journal.rememberCompromised([{ anchorId: 'cert_acme0' }]);
  const execution = { id: 'next', startedAt: instant(set.time.now) };
  const plan = await set.plan('next');
  await set.plan('fire', emergency);
  if (hasEnded) await set.leases.release('fire');
  if (isStopped) set.running.delete('fire');
  const before = set.world.schedules.times();
  const halt = { Error: 'Superseded', Cause: 'fire has the lease' };
  await release(set.ports, { execution, request: { mode: 'scheduled' }, plan, halt });
  const after = set.world.schedules.times();
  const changed = Object.keys(after).filter((name) => after[name] !== before[name]);
  return { comesIn: changed.map((name) => secondsOf(after[name] ?? '') - set.time.now) };
}

it('I16, rule 6: who was superseded in the midst of what is compromised comes again where the one that took over has died', async () => {
  expect(await superseded(true)).toEqual({ comesIn: [300] });
});

it('I12: one that has come to its end has set it already', async () => {
  expect(await superseded(true, { hasEnded: true })).toEqual({ comesIn: [] });
});

it('I12: one that is at work sets the schedule itself', async () => {
  expect(await superseded(false)).toEqual({ comesIn: [] });
});

it.each([
  'Superseded',
  // Only Plan refuses a request by this name. Here a project was archived after the plan.
  'UnknownProject',
])(
  'I16, rule 6: whoever had planned its own next run for later comes at once where the emergency that took over has died, also after %s',
  async (error) => {
    const set = await scene([
      { id: 'cert_acme0', expires: 25, in: ['proj_a'] },
      { id: 'cert_acme1', expires: 300 },
      { id: 'cert_globex0', expires: 200, in: ['proj_a'] },
    ]);
    const execution = { id: 'sweep', startedAt: instant(set.time.now) };
    const planned = await set.plan('sweep');
    const plan = { ...planned, nextRotationAt: instant(set.time.now + 43_200) };
    await set.plan('fire', { ...emergency, anchors: ['cert_globex0'] });
    set.running.delete('fire');
    const halt = { Error: error, Cause: 'fire has the lease' };
    await release(set.ports, { execution, request: { mode: 'scheduled' }, plan, halt });
    const times = Object.values(set.world.schedules.times()).map((at) => secondsOf(at) - set.time.now);
    expect(times).toEqual([300]);
  },
);
