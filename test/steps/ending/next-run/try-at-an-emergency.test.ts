import { expect, it } from 'vitest';
import { instant, secondsOf } from '../../../../lambdas/domain/instant.ts';
import { policySchema } from '../../../../lambdas/domain/policy.ts';
import { BY_ANOTHER_RUN, type Request, requestSchema } from '../../../../lambdas/domain/request.ts';
import { plan as planRun } from '../../../../lambdas/plan.ts';
import { release } from '../../../../lambdas/release.ts';
import { scheduleNext } from '../../../../lambdas/schedule-next.ts';
import { run, type Scene } from '../../scene.ts';
import { twoAuthorities } from '../../two-authorities.ts';

const emergency = (anchor: string): Request => ({
  mode: 'emergency',
  anchors: [anchor],
  reason: 'it leaked',
});
const [first, second] = [emergency('cert_acme0'), emergency('cert_globex0')];

/** Returns in how many seconds the next run comes, and its request. Null where none comes. */
function next({ world, time }: Scene): { comes: number; request: Request } | null {
  const [[name = '', at = ''] = []] = Object.entries(world.schedules.times());
  if (!name) return null;
  return { request: requestSchema.parse(world.schedules.requestOf(name)), comes: secondsOf(at) - time.now };
}

/** An emergency halts, and another begins three minutes later. The next try of the first meets the second. */
async function tried() {
  const set = await twoAuthorities();
  const plan = await set.plan('one', first);
  const halt = { Error: 'ProbeInconclusive', Cause: 'a host was silent' };
  const execution = { id: 'one', startedAt: plan.plannedAt };
  await release(set.ports, { execution, request: first, plan, halt });
  set.running.delete('one');
  set.time.now += 180;
  const began = set.time.now;
  const other = await set.plan('two', second);
  const due = next(set);
  if (!due) throw new Error('nothing comes');
  set.time.now += due.comes;
  set.world.schedules.clear();
  const { decision } = await set.plan('try', due.request);
  set.running.delete('try');
  return { set, began, other, decision };
}

it('I16, rule 6: what an emergency has left is come for within the hour where its try meets another one, though that is stopped', async () => {
  const { set, began, decision } = await tried();
  expect(decision).toBe('busy');
  expect(set.entries().at(-1)).toMatchObject({
    execution: 'try',
    detail: { leftAgainAt: instant(set.time.now + 3_600) },
  });
  set.running.delete('two');
  const stopped = { status: 'ABORTED', error: 'Stopped', input: JSON.stringify(second) };
  await release(set.ports, { detail: { executionArn: 'two', startDate: 1000 * began, ...stopped } });
  expect(next(set)).toMatchObject({ comes: 3_600, request: { failingSince: expect.any(String) } });
});

it('and within minutes where the other has halted while it was told that it is at work', async () => {
  const set = await twoAuthorities();
  const plan = await set.plan('one', first);
  const { leases } = set.ports;
  let isOver = false;
  const ends = async () => {
    if (isOver) return;
    isOver = true;
    const execution = { id: 'one', startedAt: plan.plannedAt };
    const halt = { Error: 'ProbeInconclusive', Cause: 'a host was silent' };
    await release(set.ports, { execution, request: first, plan, halt });
    set.running.delete('one');
  };
  const demand: typeof leases.demand = async (claim) => {
    await leases.demand(claim);
    await ends();
  };
  const request: Request = { mode: 'scheduled', startedBy: BY_ANOTHER_RUN };
  await planRun(
    { ...set.ports, leases: { ...leases, demand } },
    {
      ...{ request, execution: run('try'), ownListings: true },
      configuration: { policy: policySchema.parse({}) },
    },
  );
  expect([isOver, next(set)?.comes]).toEqual([true, 300]);
});

it('and within minutes where the other ends by itself', async () => {
  const { set, other } = await tried();
  const execution = { id: 'two', startedAt: other.plannedAt };
  const schedule = await scheduleNext(set.ports, { execution, plan: other });
  await release(set.ports, { execution, plan: other, schedule });
  expect(next(set)?.comes).toBe(300);
});
