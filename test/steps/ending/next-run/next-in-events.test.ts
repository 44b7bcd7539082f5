import { expect, it } from 'vitest';
import { rememberNamed } from '../../../../lambdas/adapters/table/named/remember-named.ts';
import { instant, secondsOf } from '../../../../lambdas/domain/instant.ts';
import type { Request } from '../../../../lambdas/domain/request.ts';
import { release } from '../../../../lambdas/release.ts';
import { scheduleNext } from '../../../../lambdas/schedule-next.ts';
import { DAY, run, type Scene, scene } from '../../scene.ts';

const twoLines = () =>
  scene(
    [
      { id: 'cert_acme0', expires: 20, in: ['proj_a'] },
      { id: 'cert_acme1', expires: 300 },
      { id: 'cert_keel0', expires: 33, in: ['proj_b'] },
      { id: 'cert_keel1', expires: 300 },
    ],
    [
      {
        ...{ name: 'billing', project: 'proj_a', running: { anchor: 'cert_acme0' } },
        staged: { anchor: 'cert_acme1' },
      },
    ],
  );

const lastEvent = ({ world }: Scene) => world.events.all().at(-1)?.detail;

it('I13, rule 6: what a run says at its end of when the next comes is what it has set, and not over by then', async () => {
  const set = await twoLines();
  const plan = await set.plan('one');
  const execution = { id: 'one', startedAt: plan.plannedAt };
  // Keel comes due while acme soaks.
  set.time.now += 7 * DAY;
  const schedule = await scheduleNext(set.ports, { execution, plan });
  await release(set.ports, { execution, plan, schedule });
  expect(lastEvent(set)?.nextRotationAt).toBe(schedule.nextRotationAt);
  expect(secondsOf(String(lastEvent(set)?.nextRotationAt))).toBeGreaterThan(set.time.now);
});

const ends = async (halt: { Error: string; Cause: string }) => {
  const set = await scene();
  const plan = await set.plan('one');
  expect(plan.nextRotationAt).not.toBeNull();
  const execution = { id: 'one', startedAt: instant(set.time.now) };
  await release(set.ports, { execution, request: { mode: 'scheduled' }, plan, halt });
  return set;
};

it('I13, rule 6: a run that halted and set no next one does not say that one comes', async () => {
  const set = await ends({ Error: 'ProbeInconclusive', Cause: 'billing: 503' });
  expect(lastEvent(set)).toMatchObject({ outcome: 'halted', nextRotationAt: null });
  expect(set.world.schedules.times()).toEqual({});
});

it('I13, rule 6: a run that was taken over does not say that the next one comes by its own plan', async () => {
  const set = await ends({ Error: 'Superseded', Cause: 'an emergency has the lease' });
  expect(lastEvent(set)).toMatchObject({ outcome: 'superseded', nextRotationAt: null });
});

it('I13, I15: a run that halted says when the one comes that it has set for what was named meanwhile, and not its own later try', async () => {
  const set = await scene();
  const leaked = { mode: 'emergency' as const, anchors: ['cert_acme0'], reason: 'its key leaked' };
  await rememberNamed(set.ports, leaked, run('fire'));
  const request: Request = { mode: 'scheduled', failingSince: instant(set.time.now - DAY) };
  const plan = await set.plan('one', request);
  set.time.now += 60;
  await rememberNamed(set.ports, leaked, run('again'));
  const execution = { id: 'one', startedAt: plan.plannedAt };
  await release(set.ports, { execution, request, plan, halt: { Error: 'ProbeInconclusive', Cause: '503' } });
  const soon = instant(set.time.now + 300);
  expect(Object.values(set.world.schedules.times())).toEqual([soon]);
  expect(lastEvent(set)).toMatchObject({ outcome: 'halted', nextRotationAt: soon });
});
