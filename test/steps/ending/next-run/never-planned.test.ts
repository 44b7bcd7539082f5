import { expect, it } from 'vitest';
import { instant, secondsOf } from '../../../../lambdas/domain/instant.ts';
import { type Request, requestSchema } from '../../../../lambdas/domain/request.ts';
import { release } from '../../../../lambdas/release.ts';
import { DAY, failing, type Scene, scene } from '../../scene.ts';
import { twoAuthorities } from '../../two-authorities.ts';

const halt = { Error: 'ApiUnavailable', Cause: 'the API is down' };

/**
 * Returns the request that the schedule starts next, and in how many seconds. Null where nothing is
 * scheduled.
 */
function next({ world, time }: Scene): { request: Request; comes: number } | null {
  const [[name = '', at = ''] = []] = Object.entries(world.schedules.times());
  if (!name) return null;
  return { request: requestSchema.parse(world.schedules.requestOf(name)), comes: secondsOf(at) - time.now };
}

/** A run whose Plan is tried for 45 minutes while the API is down. */
async function withoutPlan(set: Scene, id: string, request: Request): Promise<void> {
  const execution = { id, startedAt: instant(set.time.now) };
  const down = set.portsWith({ wire: failing(({ op }) => op === 'list') });
  await expect(set.plan(id, request, {}, down)).rejects.toMatchObject({ name: 'ApiUnavailable' });
  set.time.now += 45 * 60;
  await release(set.ports, { execution, request, halt });
  set.running.delete(id);
}

/** Lets the schedule start its run at its time. The schedule deletes itself then. */
function fires(set: Scene): Request {
  const due = next(set);
  if (!due) throw new Error('nothing comes');
  set.time.now += due.comes;
  set.world.schedules.clear();
  return due.request;
}

/**
 * A halted run. Its client is ready, its hosts were silent, and the retiring anchor expires before the sweep.
 */
async function halted(): Promise<Scene> {
  const set = await scene([
    { id: 'cert_acme0', expires: 0.8, in: ['proj_a'] },
    { id: 'cert_acme1', expires: 300 },
  ]);
  const plan = await set.plan('first');
  const silent = { Error: 'ProbeInconclusive', Cause: 'billing: 503' };
  const execution = { id: 'first', startedAt: plan.plannedAt };
  await release(set.ports, { execution, request: { mode: 'scheduled' }, plan, halt: silent });
  set.running.delete('first');
  return set;
}

it('I17, rule 6: what expires before the sweep is tried on, though one of the tries never got a plan', async () => {
  const set = await halted();
  const began = set.time.now;
  await withoutPlan(set, 'second', fires(set));
  // The gap is five minutes more than the time for which the runs have failed.
  expect(next(set)).toMatchObject({
    comes: 300 + set.time.now - began,
    request: { failingSince: instant(began) },
  });
});

it('rule 6: so is whatever another run had planned to come, later each time until the sweep is as soon', async () => {
  const set = await scene();
  await set.ports.nextRotation.set(instant(set.time.now + 300));
  const gaps: (number | undefined)[] = [];
  for (let i = 0; gaps.at(-1) !== undefined || i === 0; i++) {
    await withoutPlan(set, `try-${i}`, fires(set));
    gaps.push(next(set)?.comes);
  }
  expect(gaps).toEqual([300, 3_300, 9_300, 21_300, 45_300, undefined]);
});

it('a sweep is no try: the next one comes in a day', async () => {
  const set = await scene();
  await withoutPlan(set, 'sweep', { mode: 'scheduled', startedBy: 'the daily sweep' });
  await withoutPlan(set, 'by hand', { mode: 'manual', reason: 'drill' });
  expect(next(set)).toBeNull();
});

it('I17: whoever has taken over from a soak, and never got a plan, is followed: the other goes on with nothing', async () => {
  const set = await twoAuthorities();
  // The sweep has looked, and has seen an anchor that would expire during the soak.
  const { token: insteadOf } = (await set.plan('soaking')).lease ?? { token: 0 };
  const taken = await set.ports.leases.take({ execution: 'sweep', mode: 'scheduled', insteadOf });
  expect(taken).toMatchObject({ held: true, isUrgent: true });
  await withoutPlan(set, 'sweep', { mode: 'scheduled', startedBy: 'the daily sweep' });
  expect(next(set)).toMatchObject({ comes: 300 });
});

it('leaves the schedule to whoever has taken the lease since', async () => {
  const set = await halted();
  const request = fires(set);
  const execution = { id: 'second', startedAt: instant(set.time.now - 60) };
  await set.plan('sweep');
  await release(set.ports, { execution, request, halt });
  expect(next(set)).toBeNull();
});

it.each([
  ['expires before the sweep', 0.4, 'FAILED', 300],
  ['expires before the sweep, where its time was over', 0.4, 'TIMED_OUT', 300],
  ['expires later', 2, 'FAILED', null],
  ['expires before the sweep, where somebody has stopped it', 0.4, 'ABORTED', null],
])(
  'I17, rule 6: a run whose Release failed is followed where what it was to rotate %s',
  async (_, expires, status, comes) => {
    const set = await scene([
      { id: 'cert_acme0', expires, in: ['proj_a'] },
      { id: 'cert_acme1', expires: 300 },
    ]);
    await set.plan('run');
    await release(set.ports, died(set, 'run', status));
    expect(next(set)?.comes ?? null).toBe(comes);
  },
);

it('rule 6: so it is where it had planned when the next one comes, or was to come itself and had no plan', async () => {
  const waiting = await scene();
  const { nextRotationAt } = await waiting.plan('run');
  const due = secondsOf(nextRotationAt ?? '');
  const late = died(waiting, 'run', 'FAILED');
  waiting.time.now = due - DAY / 2;
  await release(waiting.ports, late);
  expect(next(waiting)).toEqual({
    comes: DAY / 2,
    request: expect.not.objectContaining({ failingSince: expect.anything() }),
  });

  const set = await halted();
  await release(set.ports, died(set, 'second', 'FAILED', fires(set)));
  expect(next(set)?.comes).toBe(600);
});

/**
 * The event that EventBridge sends of a run that began just now and ends with this status. The run leaves its
 * lease taken.
 */
function died({ running, time }: Scene, id: string, status: string, request: object = {}) {
  running.delete(id);
  const input = JSON.stringify(request);
  return { detail: { executionArn: id, status, startDate: 1000 * time.now, input } };
}
