import { describe, expect, it } from 'vitest';
import type { CutMemory } from '../../../lambdas/domain/memory/journal.ts';
import { undo } from '../../../lambdas/undo.ts';
import { inProcessPorts } from '../../../simulation/in-process/ports.ts';
import { directWire, type Wire, type WireCall, WireFailure } from '../../../simulation/in-process/wire.ts';
import { createWorld } from '../../../simulation/in-process/world.ts';
import { ApiFault } from '../../../simulation/world/api-fault.ts';
import { failing } from '../scene.ts';

const NOW = Date.parse('2026-11-23T00:00:00Z') / 1000;
const DAY = 86_400;
const times = { cutAt: '2026-11-22T00:00:00.000Z' };
const cut: CutMemory = {
  scope: 'proj_a',
  retiring: 'old',
  successor: 'new',
  compromised: false,
  ...times,
};
const soak = {
  retiring: 'old',
  successor: 'new',
  provenAt: '2026-11-10T00:00:00.000Z',
  soakUntil: '2026-11-17T00:00:00.000Z',
};

/** An execution that has the lease, in a project where `old` was cut. Its journal remembers `cuts`. */
async function afterCut({ cuts = [cut], active = ['new'], planned = [['old', 'new']] } = {}) {
  const world = createWorld({
    now: () => NOW,
    projects: [{ id: 'proj_a', name: null }],
    hosts: [],
    projectKeys: {},
  });
  for (const id of ['old', 'older', 'new']) {
    const anchor = { id, name: null, createdAt: NOW, expiresAt: NOW + 9 * DAY, pem: null };
    world.organization.seed(anchor, active.includes(id) ? ['proj_a'] : []);
  }
  const { leases, journal } = inProcessPorts(world);
  const taken = await leases.take({ execution: 'mine', mode: 'scheduled' });
  if (!taken.held) throw new Error('the lease is taken');
  await journal.rememberCuts(cuts);
  await journal.rememberSoaks([soak]);
  const successions = planned.map(([retiring = '', successor = '']) => ({ retiring, successor }));
  const input = {
    execution: { id: 'mine', startedAt: '2026-11-23T00:00:00Z' },
    lease: { token: taken.token },
    plan: { scope: 'proj_a', successions, checks: [] },
    halt: { Error: 'SuccessorRefused', Cause: 'it was refused' },
  };
  const run = (wire: Wire = directWire, hold: string[] = []) =>
    undo(inProcessPorts(world, { wire, hold }), input);
  return { run, world, leases, journal, input };
}

describe('undo', () => {
  it('leaves cut what an emergency has named since it was cut', async () => {
    const { run, world, journal } = await afterCut();
    await journal.rememberCompromised([{ anchorId: 'old' }]);
    expect(await run()).toMatchObject({ reactivated: [], left: ['old'] });
    expect(world.organization.isActive('proj_a', 'old')).toBe(false);
  });

  it('puts back what an emergency cut, once a person has taken the compromise back (I10)', async () => {
    const { run, world, journal } = await afterCut({ cuts: [{ ...cut, compromised: true }] });
    await journal.rememberCompromised([{ anchorId: 'old' }]);
    expect(await run()).toMatchObject({ reactivated: [], left: ['old'] });
    await journal.forgetCompromised(['old']);
    expect(await run()).toMatchObject({ reactivated: ['old'], left: [] });
    expect(world.organization.isActive('proj_a', 'old')).toBe(true);
  });

  it('leaves cut what was compromised when it was cut and whose key cannot be read now (I9)', async () => {
    const { run, journal } = await afterCut({ cuts: [{ ...cut, compromised: true }] });
    await journal.rememberCompromised([{ anchorId: 'twin', keyDigest: 'its key' }]);
    const unread = failing(({ op }) => op === 'retrieve');
    expect(await run(unread)).toMatchObject({ reactivated: [], left: ['old'] });
  });

  it('puts back what was cut, forgets the cut, and lets the overlap soak anew (I10)', async () => {
    const { run, world, journal } = await afterCut();
    expect(await run()).toEqual({
      scope: 'proj_a',
      anyCut: true,
      anyBack: true,
      reactivated: ['old'],
      left: [],
      summary: 'undo in proj_a: put back old',
      also: '',
    });
    expect(world.organization.isActive('proj_a', 'old')).toBe(true);
    expect(await journal.cuts()).toEqual([]);
    expect(await journal.soaks()).toEqual([]);
  });

  it('does nothing, and asks the API nothing, where nobody cut or activated anything', async () => {
    const { run } = await afterCut({ cuts: [{ ...cut, scope: 'proj_b' }], active: ['old', 'new'] });
    const calls: WireCall['op'][] = [];
    const listening: Wire = async (call, act) => {
      calls.push(call.op);
      return act();
    };
    expect(await run(listening)).toMatchObject({ anyCut: false, reactivated: [], left: [] });
    expect(new Set(calls)).toEqual(new Set(['journal']));
  });

  it('run again after its answer was lost, still says what it put back', async () => {
    const { run, world } = await afterCut();
    let lost = false;
    const losing: Wire = async (call, act) => {
      const answer = act();
      if (call.op !== 'activate' || lost) return answer;
      lost = true;
      throw new WireFailure('reset');
    };
    await expect(run(losing)).rejects.toMatchObject({ name: 'ApiUnavailable' });
    expect(await run(losing)).toMatchObject({
      anyCut: true,
      reactivated: ['old'],
      summary: 'undo in proj_a: found active old',
    });
    const toggles = world.organization.calls.filter(({ op }) => op === 'activate');
    // The listing that shows it active may be older than the cut. A second call does no harm, because toggles
    // are idempotent (F2).
    expect(toggles).toHaveLength(2);
  });

  it('has said what it put back before it forgets that it was cut', async () => {
    const { run, world, journal } = await afterCut();
    const stopped: Wire = async ({ action, about }, act) => {
      if (action === 'dynamodb:DeleteItem' && about?.startsWith('cut')) throw new WireFailure('reset');
      return act();
    };
    await expect(run(stopped)).rejects.toMatchObject({ name: 'JournalUnavailable' });
    expect(await journal.cuts()).toHaveLength(1);
    expect([...(world.table.get('rotation')?.values() ?? [])].at(-1)).toMatchObject({ event: 'undone' });
  });

  it('lets the overlap soak anew though it was another run that cut, and this one plans something else', async () => {
    const { run, journal } = await afterCut({ planned: [['new', 'newer']] });
    expect(await run()).toMatchObject({ reactivated: ['old'] });
    expect(await journal.soaks()).toEqual([]);
  });

  it('touches nothing that is on hold by now (I5)', async () => {
    const { run, world } = await afterCut();
    expect(await run(directWire, ['old'])).toMatchObject({
      reactivated: [],
      left: ['old'],
      summary: 'undo in proj_a: nothing to put back, left deactivated: old (on hold by now)',
    });
    expect(world.organization.isActive('proj_a', 'old')).toBe(false);
  });

  it('puts back all others when the API does not take one of them, and then fails with its words', async () => {
    const { run, world, journal } = await afterCut({ cuts: [{ ...cut, retiring: 'older' }, cut] });
    const { toggle } = world.organization;
    world.organization.toggle = (scope, to, ids, by) => {
      if (ids.includes('older')) throw new ApiFault(400, 'older expires within a day', { code: 'expired' });
      return toggle(scope, to, ids, by);
    };
    await expect(run()).rejects.toMatchObject({
      name: 'ApiRefused',
      message: expect.stringContaining('older expires within a day'),
    });
    expect(world.organization.isActive('proj_a', 'old')).toBe(true);
    expect(await journal.cuts()).toMatchObject([{ retiring: 'older' }]);
  });

  it('keeps the soak of a cut that never happened: it has been served', async () => {
    const { run, journal } = await afterCut({ active: ['old', 'new'] });
    await run();
    expect(await journal.soaks()).toEqual([soak]);
    expect(await journal.cuts()).toEqual([]);
  });

  it('remembers a cut that does not show as long as its call may be on its way', async () => {
    const young = { ...cut, cutAt: '2026-11-22T23:55:00.000Z' };
    const { run, journal } = await afterCut({ cuts: [young], active: ['old', 'new'] });
    expect(await run()).toMatchObject({ anyCut: true, reactivated: ['old'] });
    expect(await journal.cuts()).toEqual([young]);
  });

  it.each([
    ['cut', ['new']],
    ['about to be cut', ['old', 'new']],
  ])(
    'changes and forgets nothing that is %s once another rotation has taken over (I12)',
    async (_, active) => {
      const { run, world, leases, journal } = await afterCut({ active });
      await leases.take({ execution: 'emergency', mode: 'emergency' });
      await expect(run()).rejects.toMatchObject({ name: 'Superseded' });
      expect(world.organization.isActive('proj_a', 'old')).toBe(active.includes('old'));
      expect(await journal.cuts()).toEqual([cut]);
      expect(await journal.soaks()).toEqual([soak]);
    },
  );
});
