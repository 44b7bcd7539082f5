import { expect, it } from 'vitest';
import { instant, secondsOf } from '../../../lambdas/domain/instant.ts';
import { release } from '../../../lambdas/release.ts';
import { scheduleNext } from '../../../lambdas/schedule-next.ts';
import { scene } from '../scene.ts';
import { fire, twoAuthorities } from '../two-authorities.ts';

it('I15, I16: what an emergency named between Schedule next and Release of another is cut within minutes', async () => {
  const set = await twoAuthorities();
  const execution = (id: string, startedAt: string) => ({ id, startedAt });
  const plan = await set.plan('one', fire('cert_acme0'));
  const one = { execution: execution('one', plan.plannedAt), plan };
  set.time.now += 60;
  await scheduleNext(set.ports, { ...one, request: fire('cert_acme0') });
  set.time.now += 1;
  const other = fire('cert_globex0');
  const busy = await set.plan('two', other).catch(({ name }: Error) => name);
  expect(busy).toBe('Busy');
  const halt = { Error: 'Busy', Cause: 'another is at work' };
  await release(set.ports, { execution: execution('two', plan.plannedAt), request: other, halt });
  set.running.delete('two');
  set.time.now += 1;
  await release(set.ports, one);
  set.running.delete('one');
  const next = Object.values(set.world.schedules.times()).map(secondsOf);
  expect(Math.min(...next) - set.time.now).toBeLessThanOrEqual(3_600);
});

/**
 * Returns in how many seconds a run comes after the end of an emergency that is blocked. Its Release takes
 * `takes` seconds, so the run that Schedule next has set may come before the end.
 */
async function comesAfterRelease(takes: number): Promise<number> {
  const set = await scene(
    [{ id: 'cert_keel0', expires: 300, in: ['proj_a'] }],
    [{ name: 'billing', project: 'proj_a', running: { anchor: 'cert_keel0' } }],
  );
  const request = fire('cert_keel0');
  const plan = await set.plan('one', request);
  expect(plan).toMatchObject({ decision: 'blocked', blocked: [{ anchor: 'cert_keel0' }] });
  const execution = { id: 'one', startedAt: plan.plannedAt };
  const schedule = await scheduleNext(set.ports, { execution, plan, request });
  const [fires = 0] = Object.values(set.world.schedules.times()).map(secondsOf);
  if (set.time.now + takes > fires) {
    set.time.now = fires;
    set.world.schedules.clear();
    expect(await set.plan('next', { mode: 'scheduled' })).toMatchObject({ decision: 'busy' });
    set.running.delete('next');
  }
  set.time.now += takes;
  await release(set.ports, { execution, plan, request, schedule });
  return Math.min(...Object.values(set.world.schedules.times()).map(secondsOf)) - set.time.now;
}

it.each([1, 600])(
  'I16: what follows an emergency comes within minutes, where its Release takes %d seconds',
  async (takes) => {
    expect(await comesAfterRelease(takes)).toBeLessThanOrEqual(600);
  },
);

it.each([false, true])(
  'rule 6: what a run tells the next it tells also where that is set anew, be it for what was named meanwhile: %s',
  async (isNamed) => {
    const set = await twoAuthorities();
    const planned = await set.plan('one', { mode: 'scheduled' });
    const failingSince = instant(set.time.now - 1_800);
    const plan = {
      ...planned,
      isPressing: true,
      decision: 'blocked' as const,
      nextRotationAt: planned.plannedAt,
    };
    const told: unknown[] = [];
    const ports = {
      ...set.ports,
      nextRotation: {
        ...set.ports.nextRotation,
        set: async (at: string, request?: object) => {
          told.push(request);
          await set.ports.nextRotation.set(at, request as never);
        },
      },
    };
    const request = { mode: 'scheduled', failingSince };
    const one = { execution: { id: 'one', startedAt: plan.plannedAt }, plan, request };
    const schedule = await scheduleNext(ports, one);
    const named = { anchorId: 'cert_globex0', reason: 'its key leaked', namedAt: instant(set.time.now) };
    if (isNamed) await set.journal.rememberCompromised([named] as never);
    await release(ports, { ...one, schedule });
    expect(told).toEqual([{ failingSince }, { failingSince }]);
  },
);
