import { expect, it } from 'vitest';
import { instant, secondsOf } from '../../../../lambdas/domain/instant.ts';
import { entryOf } from '../../../../lambdas/domain/memory/audit.ts';
import { release } from '../../../../lambdas/release.ts';
import { type Scene, scene } from '../../scene.ts';

/**
 * Stops a run with `windlass stop` before it has a plan. Returns in how many seconds another run comes, or
 * null where only the sweep comes.
 */
async function stoppedWhileLooking(set: Scene, request: object): Promise<number | null> {
  const began = set.time.now;
  await set.verdicts.stop('look', { reason: 'Ada: which run is this?', stopper: 'one' });
  const execution = { id: 'look', startedAt: instant(began) };
  await set.journal.record(entryOf({ execution }, began, 'ended', { outcome: 'stopped' }));
  const input = JSON.stringify(request);
  await release(set.ports, { detail: { executionArn: 'look', startDate: 1000 * began, input } });
  const [at] = Object.values(set.world.schedules.times());
  return at === undefined ? null : secondsOf(at) - set.time.now;
}

/**
 * Returns the scene after an emergency that named the first anchor. Its schedule has started the next run, so
 * nothing is scheduled any more.
 */
async function leaked(): Promise<Scene> {
  const set = await scene();
  await set.plan('fire', { mode: 'emergency', anchors: ['cert_acme0'], reason: 'leaked' });
  set.running.delete('fire');
  set.world.schedules.clear();
  set.time.now += 300;
  return set;
}

it('I16, rule 6: what is compromised waits for no sweep where the run that the schedule had started was stopped before it had a plan', async () => {
  const set = await leaked();
  expect(await stoppedWhileLooking(set, { failingSince: instant(set.time.now - 300) })).toBe(600);
});

it('I11: nor does a cut that an earlier run has left and nobody has confirmed', async () => {
  const set = await scene();
  const pair = { retiring: 'cert_acme0', successor: 'cert_acme1' };
  const cutAt = instant(set.time.now - 600);
  await set.journal.rememberCuts([{ ...pair, scope: 'proj_a', compromised: false, cutAt }]);
  expect(await stoppedWhileLooking(set, {})).toBe(300);
});

it('the sweep is the next where such a run leaves nothing', async () => {
  expect(await stoppedWhileLooking(await scene(), {})).toBeNull();
});

it('who stops an emergency starts it again, and who started a run by hand has left the schedule as it was', async () => {
  const set = await leaked();
  const emergency = { mode: 'emergency', anchors: ['cert_acme0'], reason: 'leaked' };
  expect(await stoppedWhileLooking(set, emergency)).toBeNull();
  expect(await stoppedWhileLooking(set, { mode: 'manual' })).toBeNull();
});
