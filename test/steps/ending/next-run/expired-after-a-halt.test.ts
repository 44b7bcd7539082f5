import { expect, it } from 'vitest';
import { instant, secondsOf } from '../../../../lambdas/domain/instant.ts';
import { release } from '../../../../lambdas/release.ts';
import { isIn } from '../../saying.ts';
import { DAY, NOW, scene } from '../../scene.ts';

/**
 * A run halts because its hosts are silent for an hour. Returns whether its client gets in by then, and in
 * how many seconds the next run comes.
 */
async function halted(expires: number) {
  const set = await scene([
    { id: 'cert_acme0', expires, in: ['proj_a'] },
    { id: 'cert_acme1', expires: 300 },
  ]);
  const plan = await set.plan('one');
  expect(plan).toMatchObject({ decision: 'rotate', promotions: [{ client: 'billing' }] });
  set.time.now += 3_600;
  const outside = await isIn(set, 'billing');
  const execution = { id: 'one', startedAt: plan.plannedAt };
  const halt = { Error: 'ProbeInconclusive', Cause: 'billing: 503' };
  await release(set.ports, { execution, request: { mode: 'scheduled' }, plan, halt });
  const comes = Object.values(set.world.schedules.times()).map((at) => secondsOf(at) - set.time.now);
  return { outside, comes: comes[0] ?? 'the sweep', at: instant(set.time.now + DAY) };
}

it('I17: what expires a minute after the halt has another run come within minutes', async () => {
  expect(await halted((3_600 + 60) / DAY)).toMatchObject({ outside: 'accepted', comes: 300 });
});

it('I17: so has what expires before the next sweep, which may start a quarter of an hour later than today', async () => {
  expect(await halted((3_600 + 600) / DAY + 1)).toMatchObject({ outside: 'accepted', comes: 300 });
});

it('control: what expires hours after the next sweep is left to it', async () => {
  expect(await halted((5 * 3_600) / DAY + 1)).toMatchObject({ outside: 'accepted', comes: 'the sweep' });
});

it('I17: what has expired a minute before the halt has one come as soon: its client is outside by now, and ready', async () => {
  expect(await halted((3_600 - 60) / DAY)).toMatchObject({ outside: 'refused', comes: 300 });
});

it('I17: so has what had expired before the run began: only its successor lets the client in', async () => {
  expect(await halted(-0.1)).toMatchObject({ outside: 'refused', comes: 300 });
});

it('I13: what has been over for more than a day is left to the sweep', async () => {
  expect(await halted(-1.1)).toMatchObject({ outside: 'refused', comes: 'the sweep' });
});

it('I13: nor is one hurried by what expires and was only to be confirmed, and is: nothing of it is left to rotate', async () => {
  const set = await scene([
    { id: 'cert_acme0', expires: 0.5 },
    { id: 'cert_acme1', expires: 300, in: ['proj_a'] },
  ]);
  const pair = { retiring: 'cert_acme0', successor: 'cert_acme1' };
  const cut = { ...pair, scope: 'proj_a', compromised: false, cutAt: instant(NOW - 600) };
  await set.journal.rememberCuts([cut]);
  const plan = await set.plan('one');
  expect(plan.successions).toMatchObject([{ ...pair, resumed: true }]);
  await set.journal.forgetCuts([cut]);
  const execution = { id: 'one', startedAt: plan.plannedAt };
  const halt = { Error: 'ProbeInconclusive', Cause: 'another scope' };
  await release(set.ports, { execution, request: { mode: 'scheduled' }, plan, halt });
  expect(set.world.schedules.times()).toEqual({});
});
