import { describe, expect, it } from 'vitest';
import { namesKnown } from '../../../lambdas/adapters/table/named/named-since.ts';
import { rememberNamed } from '../../../lambdas/adapters/table/named/remember-named.ts';
import type { Plan } from '../../../lambdas/domain/plan-document/plan.ts';
import { type Request, requestSchema } from '../../../lambdas/domain/request.ts';
import { release } from '../../../lambdas/release.ts';
import { scheduleNext } from '../../../lambdas/schedule-next.ts';
import { DAY, failing, NOW, run, scene } from '../scene.ts';

const named = (name: string) => expect.objectContaining({ name });
const execution = { id: 'one', startedAt: new Date(NOW * 1000).toISOString() };
const at = (seconds: number) => new Date(seconds * 1000).toISOString();

/** An execution that has planned and has the lease. */
async function planned() {
  const set = await scene();
  const plan = await set.plan('one');
  const lease = () => set.world.table.get('lease')?.get('lease');
  return { ...set, planned: plan, input: { execution, plan }, lease };
}

describe('schedule next', () => {
  it('sets the schedule to when the next anchor comes due, moves it, and clears it when none will', async () => {
    const { ports, input, world } = await planned();
    const until = (nextRotationAt: string | null) => ({ ...input, plan: { ...input.plan, nextRotationAt } });
    const times = () => Object.values(world.schedules.times());
    await scheduleNext(ports, until(at(NOW + DAY)));
    await scheduleNext(ports, until(at(NOW + 2 * DAY)));
    expect(times()).toEqual([at(NOW + 2 * DAY)]);
    expect(await scheduleNext(ports, until(null))).toEqual({ nextRotationAt: null });
    expect(times()).toEqual([]);
  });

  it('sets it soon when what was planned has gone by in the soak, since no schedule fires in the past', async () => {
    const { ports, input, world } = await planned();
    const past = { ...input, plan: { ...input.plan, nextRotationAt: at(NOW - 5 * DAY) } };
    const soon = at(NOW + 300);
    expect(await scheduleNext(ports, past)).toEqual({ nextRotationAt: soon });
    expect(Object.values(world.schedules.times())).toEqual([soon]);
  });

  it('tells the next run since when clients are outside and nothing is there to rotate (rule 6)', async () => {
    const { ports, input, world } = await planned();
    const pressing = { ...input.plan, decision: 'blocked' as const, anyOutside: true };
    const toldBy = async (plan: Plan, request: unknown) => {
      await scheduleNext(ports, { ...input, plan: { ...plan, nextRotationAt: at(NOW + 900) }, request });
      const [key = ''] = Object.keys(world.schedules.times());
      return (world.schedules.requestOf(key) as { failingSince?: string }).failingSince;
    };
    expect(await toldBy(pressing, {})).toBe(at(NOW));
    expect(await toldBy(pressing, { failingSince: at(NOW - 600) })).toBe(at(NOW - 600));
    // A newer machine hands over the plan alone, and the plan has the request.
    const carrying = { ...pressing, request: { mode: 'scheduled', failingSince: at(NOW - 600) } };
    expect(await toldBy(carrying, undefined)).toBe(at(NOW - 600));
    expect(await toldBy({ ...pressing, decision: 'rotate' }, {})).toBeUndefined();
    // The time is handed on as well where something could not be seen.
    expect(await toldBy({ ...pressing, anyOutside: false, isPressing: true }, {})).toBe(at(NOW));
    // It is also handed on where a compromised anchor was passed over, whatever this run has rotated instead.
    const calm = { ...pressing, decision: 'rotate' as const, anyOutside: false };
    expect(await toldBy({ ...calm, isPassedOver: true }, { failingSince: at(NOW - 600) })).toBe(
      at(NOW - 600),
    );
    expect(await toldBy(calm, { failingSince: at(NOW - 600) })).toBeUndefined();
  });

  it('sets it soon for what an emergency named meanwhile, which was told Busy and could set nothing (rule 6)', async () => {
    const { ports, input, plan, time } = await planned();
    time.now += 60;
    await plan('two', { mode: 'emergency', anchors: ['cert_acme0'], reason: 'leak' });
    time.now += 60;
    const other: Request = { mode: 'emergency', anchors: ['cert_acme1'], reason: 'leak' };
    const first = await plan('two', { mode: 'emergency', anchors: ['cert_acme0'], reason: 'leak' });
    time.now += 60;
    await expect(plan('three', other)).rejects.toEqual(named('Busy'));
    const next = await scheduleNext(ports, { ...input, execution: { ...execution, id: 'two' }, plan: first });
    expect(next).toEqual({ nextRotationAt: at(NOW + 180 + 300) });
  });

  it('leaves what is compromised and blocked to a run within minutes, and to later ones with growing gaps (rule 6)', async () => {
    const set = await scene([{ id: 'cert_lone0', expires: 300, in: ['proj_a'] }], []);
    const { ports, world, time, plan } = set;
    const next = () => {
      const [[key = '', when] = []] = Object.entries(world.schedules.times());
      return { request: requestSchema.parse(world.schedules.requestOf(key)), when };
    };
    const run = async (id: string, request: Request) => {
      const input = { execution: { ...execution, id }, plan: await plan(id, request), request };
      await scheduleNext(ports, input);
      await release(ports, input);
      set.running.delete(id);
    };
    await run('fire', { mode: 'emergency', anchors: ['cert_lone0'], reason: 'leaked' });
    expect(next().when).toBe(at(NOW + 300));
    time.now += 300;
    await run('retry', next().request);
    expect(next().when).toBe(at(NOW + 300 + 600));
    time.now += 60;
    await run('drill', { mode: 'manual' });
    expect(next().when).toBe(at(NOW + 360 + 300 + 360));
  });

  it('leaves the schedule to the rotation that has taken over (I12)', async () => {
    const { ports, input, plan, world } = await planned();
    await plan('two', { mode: 'emergency', anchors: ['cert_acme0'], reason: 'its key leaked' });
    await expect(scheduleNext(ports, input)).rejects.toEqual(named('Superseded'));
    expect(world.schedules.times()).toEqual({});
  });
});

describe('release', () => {
  const outcomes: [Plan['decision'], { Error: string; Cause: string } | undefined, string][] = [
    ['rotate', undefined, 'rotated'],
    ['blocked', undefined, 'blocked'],
    ['idle', undefined, 'idle'],
    ['rotate', { Error: 'SuccessorRefused', Cause: 'it was refused' }, 'halted'],
    ['rotate', { Error: 'Superseded', Cause: 'it was taken over' }, 'superseded'],
  ];
  it.each(outcomes)(
    'ends the audit of a plan to %s, halted by %j, as it went, and frees the lease',
    async (decision, halt, outcome) => {
      const { ports, input, lease, entries } = await planned();
      const told = { ...input, plan: { ...input.plan, decision }, ...(halt && { halt }) };
      expect(await release(ports, told)).toEqual({ outcome });
      expect(lease()).toMatchObject({ released: true });
      expect(entries().at(-1)).toMatchObject({ event: 'ended', detail: { outcome, ...halt } });
      expect(await release(ports, told)).toEqual({ outcome });
    },
  );

  const emergency = { mode: 'emergency' as const, anchors: ['cert_acme0'], reason: 'its key leaked' };
  const halt = { Error: 'ApiUnavailable', Cause: 'it is down' };

  it('has another run come within minutes after an emergency that halted, even before it had a plan (rule 6)', async () => {
    const set = await scene();
    const ports = set.portsWith({ wire: failing(({ op }) => op === 'list') });
    await expect(set.plan('one', emergency, {}, ports)).rejects.toEqual(named('ApiUnavailable'));
    await release(set.ports, { execution, request: emergency, halt });
    expect(Object.values(set.world.schedules.times())).toEqual([at(NOW + 300)]);
    expect(set.entries().at(-1)).toMatchObject({ detail: { nextRotationAt: at(NOW + 300) } });
  });

  it('has one come where it could not be told whether the run that has the lease is still at work (rule 6, I15)', async () => {
    const set = await planned();
    const untold = { Error: 'LeaseUnavailable', Cause: 'cannot tell whether one still runs: 503' };
    await release(set.ports, { execution: { ...execution, id: 'fire' }, request: emergency, halt: untold });
    expect(Object.values(set.world.schedules.times())).toEqual([at(NOW + 300)]);
  });

  it('has one come after any halt that leaves something compromised, with growing gaps (rule 6)', async () => {
    const set = await scene();
    await set.ports.journal.rememberCompromised([{ anchorId: 'cert_acme0', namedAt: at(NOW - 90 * DAY) }]);
    const next = () => {
      const [[key = '', when] = []] = Object.entries(set.world.schedules.times());
      return { request: requestSchema.parse(set.world.schedules.requestOf(key)), when };
    };
    const input = { execution, plan: await set.plan('one'), request: {}, halt };
    await release(set.ports, input);
    expect(next()).toMatchObject({ request: { failingSince: at(NOW) }, when: at(NOW + 300) });
    // The anchor was named long ago, but the gaps count from the first of the runs that halted one after
    // another.
    set.time.now += 600;
    await set.plan('one');
    await release(set.ports, { ...input, request: next().request });
    expect(next()).toMatchObject({ request: { failingSince: at(NOW) }, when: at(NOW + 600 + 900) });
    set.time.now += DAY;
    await set.plan('one');
    await release(set.ports, { ...input, request: next().request });
    expect(next().when).toBe(at(NOW + 600 + DAY + 3_600));
  });

  it('has one come after a halt that leaves somebody outside, whatever there was to cut', async () => {
    const set = await planned();
    await release(set.ports, { ...set.input, plan: { ...set.input.plan, isPressing: true }, halt });
    expect(Object.values(set.world.schedules.times())).toEqual([at(NOW + 300)]);
  });

  it('has none come after a halt of a run that had nothing compromised to cut', async () => {
    const set = await planned();
    await release(set.ports, { ...set.input, halt });
    expect(set.world.schedules.times()).toEqual({});
  });

  it('tries what is blocked beside it when that was planned, and no sooner for the halt (rule 6)', async () => {
    const set = await planned();
    const leftAgainAt = at(NOW + 7_200);
    await release(set.ports, { ...set.input, plan: { ...set.input.plan, leftAgainAt }, halt });
    expect(Object.values(set.world.schedules.times())).toEqual([leftAgainAt]);
  });

  it.each([
    [
      'later by as long as the emergency is ago, where that has gone by while it ran',
      7_200,
      [at(NOW + 2 * 7_200 + 300)],
    ],
    ['with the daily sweep, once that is as soon', 86_400, []],
  ])('tries it %s (rule 6)', async (_, ran, expected) => {
    const set = await planned();
    await rememberNamed(set.ports, emergency, run('fire'));
    set.time.now += ran;
    // The plan knows this name, as if it was made after the naming.
    const known = {
      leftAgainAt: at(NOW + 300),
      namesKnown: namesKnown(await set.ports.journal.compromised()),
    };
    await release(set.ports, { ...set.input, plan: { ...set.input.plan, ...known }, halt });
    expect(Object.values(set.world.schedules.times())).toEqual(expected);
  });

  it('comes within minutes for what is compromised and was passed over, though that was planned for later (I16)', async () => {
    const set = await planned();
    const passed = { ...set.input.plan, leftAgainAt: at(NOW + 3_600) };
    await release(set.ports, { ...set.input, plan: { ...passed, isPassedOver: true }, halt });
    expect(Object.values(set.world.schedules.times())).toEqual([at(NOW + 300)]);
    await release(set.ports, { ...set.input, plan: passed, halt });
    expect(Object.values(set.world.schedules.times())).toEqual([at(NOW + 3_600)]);
  });

  it('has one come for what was named again while it ran (I15)', async () => {
    const set = await planned();
    const { ports, time, world, input } = set;
    await rememberNamed(ports, emergency, run('fire'));
    time.now += 3_600;
    await rememberNamed(ports, emergency, run('again'));
    await scheduleNext(ports, input);
    expect(Object.values(world.schedules.times())).toEqual([at(NOW + 3_600 + 300)]);
  });

  it('frees the lease though that run cannot be scheduled, and leaves the schedule to whoever has taken over', async () => {
    const { portsWith, input, lease, entries } = await planned();
    const ports = portsWith({ wire: failing(({ op }) => op === 'schedule') });
    const unset = release(ports, { ...input, request: emergency, halt });
    await expect(unset).rejects.toEqual(named('ScheduleUnavailable'));
    expect(lease()).toMatchObject({ released: true });
    expect(entries().at(-1)).toMatchObject({ detail: { notScheduled: expect.stringContaining('schedule') } });
    const set = await planned();
    await set.plan('two', emergency);
    await release(set.ports, { ...set.input, request: emergency, halt });
    await release(set.ports, { ...set.input, request: { mode: 'manual' }, halt });
    expect(set.world.schedules.times()).toEqual({});
  });

  it('takes a first run that halted for no success', async () => {
    const { ports, input, time } = await planned();
    await release(ports, { ...input, halt });
    expect(await ports.journal.lastSuccess()).toEqual({ at: at(NOW), isFirstRun: true });
    time.now += 60;
    await release(ports, { ...input, halt });
    expect(await ports.journal.lastSuccess()).toEqual({ at: at(NOW), isFirstRun: true });
    await release(ports, input);
    expect(await ports.journal.lastSuccess()).toEqual({ at: at(NOW + 60) });
  });

  it('frees nobody else’s lease', async () => {
    const { ports, input, plan, lease } = await planned();
    await plan('two', { mode: 'emergency', anchors: ['cert_acme0'], reason: 'its key leaked' });
    await release(ports, { ...input, halt: { Error: 'Superseded', Cause: 'it was taken over' } });
    expect(lease()).toMatchObject({ holder: 'two', released: false });
  });

  it('is unsure while the table is silent, and may be tried again', async () => {
    const { portsWith, input, lease } = await planned();
    const ports = portsWith({
      wire: failing(({ op, changes }) => op === 'lease' && changes, { after: true }),
    });
    await expect(release(ports, input)).rejects.toEqual(named('LeaseUnavailable'));
    expect(lease()).toMatchObject({ released: true });
    await release(portsWith(), input);
  });
});
