import { describe, expect, it } from 'vitest';
import { activate } from '../../../../lambdas/activate.ts';
import { deactivate } from '../../../../lambdas/deactivate.ts';
import { WindlassError } from '../../../../lambdas/domain/errors.ts';
import { instant, secondsOf } from '../../../../lambdas/domain/instant.ts';
import { promote } from '../../../../lambdas/promote.ts';
import { release } from '../../../../lambdas/release.ts';
import { verify } from '../../../../lambdas/verify.ts';
import { DAY, type Scene, scene, scopeInput } from '../../scene.ts';

/** The event that EventBridge sends of a run that began at `began` (Unix seconds). */
const died = (executionArn: string, began: number, input = '{}') => ({
  detail: { executionArn, startDate: 1000 * began, input },
});

const soonest = ({ world, time }: Scene): number | null => {
  const [at] = Object.values(world.schedules.times());
  return at === undefined ? null : secondsOf(at) - time.now;
};

/** A rotation that dies after its overlap, or after a cut that is not confirmed yet. */
async function rotating({ isCut }: { isCut: boolean }) {
  const set = await scene();
  const began = set.time.now;
  const plan = await set.plan('run');
  const input = scopeInput('run', plan);
  await activate(set.ports, input);
  await verify(set.ports, { ...input, moment: 'overlap' });
  const { execution } = input;
  await promote(set.ports, { execution, plan, verification: [{ anyHalted: false }] });
  if (isCut) await deactivate(set.ports, input);
  set.running.delete('run');
  set.world.schedules.clear();
  return { set, began, execution, input };
}

describe('a run that was ended from outside', () => {
  it('is followed by another within minutes where it leaves a cut that nobody has confirmed (I11)', async () => {
    const { set, began } = await rotating({ isCut: true });
    await release(set.ports, died('run', began));
    expect(soonest(set)).toBe(300);
    expect(set.entries().at(-1)).toMatchObject({ execution: 'run', event: 'scheduled' });
    // A step of the dead run may still be at work, such as an undo. So the lease stays.
    expect(set.world.table.get('lease')?.get('lease')).toMatchObject({ released: false });
  });

  it('is left to the sweep where it leaves none', async () => {
    const { set, began } = await rotating({ isCut: false });
    await release(set.ports, died('run', began));
    expect(soonest(set)).toBeNull();
  });

  it('is followed by another within the hour where a cut was still being asked for: Lambda runs that to its end (I10, I11)', async () => {
    const { set, began, execution, input } = await rotating({ isCut: false });
    set.time.now += 8 * DAY;
    set.running.add('run');
    await set.verdicts.isFirst({ execution, phase: 'cut', scope: 'proj_a' }, 'its child');
    const { certificates } = set.ports;
    const meanwhile = {
      ...certificates,
      list: async (scope: string) => {
        const listing = await certificates.list(scope);
        if (set.running.delete('run')) await release(set.ports, died('run', began));
        return listing;
      },
    };
    await deactivate({ ...set.ports, certificates: meanwhile }, input);
    expect(set.activeIn('proj_a')).toEqual(['cert_acme1']);
    expect(soonest(set)).toBe(300);
  });

  it.each(['overlap', 'cut'] as const)(
    'is followed by another where a scope was under way in the %s, and left to the sweep once each has ended (I9, I11)',
    async (phase) => {
      const { set, began, execution } = await rotating({ isCut: false });
      await set.verdicts.isFirst({ execution, phase, scope: 'proj_a' }, 'its child');
      await set.verdicts.leave(
        { execution, phase },
        { scope: 'proj_a', verdict: 'proven', error: '', cause: '' },
      );
      await release(set.ports, died('run', began));
      expect(soonest(set)).toBeNull();
      await set.verdicts.isFirst({ execution, phase, scope: 'proj_b' }, 'another child');
      await release(set.ports, died('run', began));
      expect(soonest(set)).toBe(300);
    },
  );

  it('is left alone where a person has stopped it by `windlass stop`, and was told what it leaves', async () => {
    const { set, began } = await rotating({ isCut: false });
    await set.verdicts.stop('run', { reason: 'Ada: a freeze has begun', stopper: 'one' });
    await release(set.ports, died('run', began));
    expect(soonest(set)).toBeNull();
  });

  it('is followed after `windlass stop` where it leaves a cut that landed at that very moment (I10)', async () => {
    const { set, began } = await rotating({ isCut: true });
    await set.verdicts.stop('run', { reason: 'Ada: a freeze has begun', stopper: 'one' });
    await release(set.ports, died('run', began));
    expect(soonest(set)).toBe(300);
  });

  it('is followed after `windlass stop` where it had come for the cut of a run before it (I10, I11)', async () => {
    const { set } = await rotating({ isCut: true });
    set.time.now += DAY;
    const began = set.time.now;
    await set.plan('next');
    set.running.delete('next');
    set.world.schedules.clear();
    await set.verdicts.stop('next', { reason: 'Ada: a freeze has begun', stopper: 'one' });
    await release(set.ports, died('next', began));
    expect(soonest(set)).toBe(300);
  });

  it.each([
    ['its time was over', { status: 'TIMED_OUT' }],
    ['it failed past every Catch', { status: 'FAILED', error: 'Lambda.Unknown' }],
    ['another has stopped it in the console', { status: 'ABORTED', error: null }],
  ])('is followed where %s while `windlass stop` waited for a scope (I10, I11)', async (_, end) => {
    const { set, began, execution } = await rotating({ isCut: false });
    await set.verdicts.isFirst({ execution, phase: 'cut', scope: 'proj_a' }, 'its child');
    await set.verdicts.stop('run', { reason: 'Ada: a freeze has begun', stopper: 'one' });
    const { detail } = died('run', began);
    await release(set.ports, { detail: { ...detail, status: 'ABORTED', error: 'Stopped' } });
    expect(soonest(set)).toBeNull();
    await release(set.ports, { detail: { ...detail, ...end } });
    expect(soonest(set)).toBe(300);
  });

  it('is left alone by `windlass stop` where it had planned to cut what is compromised', async () => {
    const set = await scene();
    await set.plan('fire', { mode: 'emergency', anchors: ['cert_acme0'], reason: 'leaked' });
    set.running.delete('fire');
    const began = set.time.now;
    await set.plan('next');
    set.running.delete('next');
    set.world.schedules.clear();
    await set.verdicts.stop('next', { reason: 'Ada: a freeze has begun', stopper: 'one' });
    await release(set.ports, died('next', began));
    expect(soonest(set)).toBeNull();
  });

  it('leaves the schedule to whoever has taken the lease since', async () => {
    const { set, began } = await rotating({ isCut: true });
    set.time.now += 60;
    await set.plan('sweep');
    await release(set.ports, died('run', began));
    expect(soonest(set)).toBeNull();
  });

  it('is followed within minutes where something is compromised, later each time that this fails (I16)', async () => {
    const set = await scene();
    const began = set.time.now;
    await set.plan('fire', { mode: 'emergency', anchors: ['cert_acme0'], reason: 'leaked' });
    set.running.delete('fire');
    set.world.schedules.clear();
    await release(
      set.ports,
      died('fire', began, '{"mode":"emergency","anchors":["cert_acme0"],"reason":"leaked"}'),
    );
    expect(soonest(set)).toBe(300);
    const failingSince = instant(set.time.now - 600);
    await release(set.ports, died('fire', began, JSON.stringify({ failingSince })));
    expect(soonest(set)).toBe(900);
  });
});

it('names nothing, where a person has stopped an emergency that wrote nothing down yet: who meant it starts it again (I15)', async () => {
  const set = await scene();
  const emergency = { mode: 'emergency' as const, anchors: ['cert_acme0'], reason: 'its key leaked' };
  const { detail } = died('fire', set.time.now, JSON.stringify(emergency));
  await release(set.ports, { detail: { ...detail, status: 'ABORTED' } });
  expect([await set.journal.compromised(), soonest(set)]).toEqual([[], null]);
});

describe('a run that ended as FAILED', () => {
  const emergency = { mode: 'emergency' as const, anchors: ['cert_acme0'], reason: 'leaked' };
  const failed = (set: Scene, began: number) =>
    release(set.ports, {
      detail: { ...died('fire', began, JSON.stringify(emergency)).detail, status: 'FAILED' },
    });

  it('is followed within minutes where Release has not seen to its end (I16, rule 6)', async () => {
    const set = await scene();
    const began = set.time.now;
    await set.plan('fire', emergency);
    set.running.delete('fire');
    set.world.schedules.clear();
    await failed(set, began);
    expect(soonest(set)).toBe(300);
  });

  it('is left alone where it has, and was followed as it said', async () => {
    const set = await scene();
    const began = set.time.now;
    const plan = await set.plan('fire', emergency);
    const execution = { id: 'fire', startedAt: instant(began) };
    const halt = { Error: 'ProbeInconclusive', Cause: 'a host was silent' };
    await release(set.ports, { execution, request: emergency, plan, halt });
    set.running.delete('fire');
    set.world.schedules.clear();
    await failed(set, began);
    expect(soonest(set)).toBeNull();
  });

  it('is followed where Release could set no schedule at its end', async () => {
    const set = await scene();
    const began = set.time.now;
    const plan = await set.plan('fire', emergency);
    const execution = { id: 'fire', startedAt: instant(began) };
    const halt = { Error: 'ProbeInconclusive', Cause: 'a host was silent' };
    const { ports } = set;
    const down = { ...ports, nextRotation: { ...ports.nextRotation, set: unavailable } };
    await expect(release(down, { execution, request: emergency, plan, halt })).rejects.toThrow();
    set.running.delete('fire');
    set.world.schedules.clear();
    await failed(set, began);
    expect(soonest(set)).toBe(300);
  });

  it('is remembered by what it named, where neither its Plan nor its Release has ever run (I15)', async () => {
    const set = await scene();
    await failed(set, set.time.now);
    expect((await set.ports.journal.compromised()).map(({ anchorId }) => anchorId)).toEqual(['cert_acme0']);
    expect(soonest(set)).toBe(300);
  });
});

const unavailable = async () => {
  throw new WindlassError('ScheduleUnavailable', 'the scheduler does not answer');
};
