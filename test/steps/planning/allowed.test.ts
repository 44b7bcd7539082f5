import { describe, expect, it } from 'vitest';
import { forgetRefused } from '../../../lambdas/adapters/table/named/forget-refused.ts';
import { rememberNamed } from '../../../lambdas/adapters/table/named/remember-named.ts';
import type { Plan } from '../../../lambdas/domain/plan-document/plan.ts';
import { failing, run, type Scene, scene } from '../scene.ts';

const leaked = { mode: 'emergency' as const, anchors: ['cert_acme0'], reason: 'leaked' };
const sweep = { mode: 'scheduled' as const };
const named = (name: string) => expect.objectContaining({ name });

/** The leaked anchor is active in both projects. The client batch has no leaf to move to. */
const organization = () =>
  scene(
    [
      { id: 'cert_acme0', expires: 200, in: ['proj_a', 'proj_b'] },
      { id: 'cert_acme1', expires: 300 },
    ],
    [
      {
        ...{ name: 'api', project: 'proj_a' },
        ...{ running: { anchor: 'cert_acme0' }, staged: { anchor: 'cert_acme1' } },
      },
      { name: 'batch', project: 'proj_b', running: { anchor: 'cert_acme0' } },
    ],
  );

const cutIn = ({ waves }: Plan): string[] =>
  waves.flatMap(({ scopes }) =>
    scopes.flatMap(({ scope, successions }) => (successions.some(({ held }) => !held) ? [scope] : [])),
  );

/** Plans another run, five minutes later and after every other run has ended. */
async function later(set: Scene, execution: string): Promise<Plan> {
  set.running.clear();
  set.time.now += 300;
  return set.plan(execution, sweep);
}

const allowed = { leaveBehind: ['batch'], onListing: ['proj_b'] };

describe('what an emergency asks to be allowed (I6)', () => {
  it.each<[string, object, string]>([
    ['a project', { leaveBehind: ['batch'], onListing: ['proj_b', 'proj_typo'] }, 'UnknownProject'],
    ['a client', { leaveBehind: ['batch', 'bach'], onListing: 'all' }, 'InvalidRequest'],
    ['an anchor', { ...allowed, anchors: ['cert_acme0', 'cert_typo'] }, 'UnknownAnchor'],
  ])('is allowed to nobody where it mistypes %s: the request is refused', async (_, wrong, error) => {
    const set = await organization();
    await expect(set.plan('fire', { ...leaked, ...wrong })).rejects.toEqual(named(error));
    const [known] = await set.journal.compromised();
    expect(known?.asked ?? []).toEqual([]);
    expect(cutIn(await later(set, 'sweep'))).toEqual(['proj_a']);
  });

  it('is honoured by whoever plans next where it is told that another is at work', async () => {
    const set = await organization();
    await set.plan('first', leaked);
    await expect(set.plan('second', { ...leaked, ...allowed })).rejects.toEqual(named('Busy'));
    expect(cutIn(await later(set, 'sweep'))).toEqual(['proj_a', 'proj_b']);
  });

  it('is allowed to nobody by whoever plans next where it mistypes something then, and said', async () => {
    const set = await organization();
    await set.plan('first', leaked);
    const mistyped = { ...leaked, leaveBehind: ['batch'], onListing: ['proj_typo'] };
    await expect(set.plan('second', mistyped)).rejects.toEqual(named('Busy'));
    const next = await later(set, 'sweep');
    expect(cutIn(next)).toEqual(['proj_a']);
    expect(next.warnings).toContainEqual(expect.stringContaining('a name that nobody knows'));
    // The wrong names are said once. Then they are struck off.
    expect((await set.journal.compromised())[0]).toMatchObject({ asked: [], leaveBehind: [] });
  });

  it('is honoured by the next run where nobody could look its names up', async () => {
    const set = await organization();
    const mute = set.portsWith({ wire: failing(({ op }) => op === 'projects') });
    await expect(set.plan('fire', { ...leaked, ...allowed }, {}, mute)).rejects.toThrow();
    expect(cutIn(await later(set, 'sweep'))).toEqual(['proj_a', 'proj_b']);
  });

  it('stays allowed when a name of it has gone since', async () => {
    const set = await organization();
    await set.plan('fire', { ...leaked, leaveBehind: ['batch'], onListing: ['proj_a', 'proj_b'] });
    set.world.broken.add('project proj_a');
    expect(cutIn(await later(set, 'sweep'))).toContain('proj_b');
  });

  it('is not allowed by a look that somebody has taken it back since, or asked for more', async () => {
    const { journal } = await organization();
    const asked = [{ leaveBehind: ['batch'] }];
    const settled = { anchorId: 'cert_acme0', asked, leaveBehind: ['batch'], onListing: [] };
    await journal.settleAllowed([settled]);
    expect(await journal.compromised()).toEqual([]);
    const more = { anchorId: 'cert_acme0', asked: [...asked, { onListing: 'all' as const }] };
    await journal.rememberCompromised([more]);
    await journal.settleAllowed([settled]);
    expect(await journal.compromised()).toEqual([more]);
  });

  it('is remembered of all emergencies that ask at the same time, and struck off for one alone (I6)', async () => {
    const { ports, journal, world } = await organization();
    const both = [
      { ...leaked, leaveBehind: ['batch'] },
      { ...leaked, onListing: ['proj_a'] },
    ];
    const asked = async () => (await journal.compromised()).flatMap((one) => one.asked ?? []);
    await Promise.all(both.map((request, i) => rememberNamed(ports, request, run(`fire-${i}`))));
    expect(await asked()).toHaveLength(2);
    const [first, second] = both;
    if (!first || !second) throw new Error('there are two');
    await Promise.all([
      forgetRefused(journal, first, null),
      rememberNamed(ports, { ...leaked, onListing: 'all' }, run('third')),
    ]);
    expect(await asked()).toEqual([{ onListing: ['proj_a'] }, { onListing: 'all' }]);
    // A request that a person has taken back does not come back by this write.
    await journal.forgetCompromised(['cert_acme0']);
    expect(await journal.replaceAsked('cert_acme0', undefined, [{ onListing: 'all' }])).toBe(false);
    expect(world.table.get('compromised')?.size ?? 0).toBe(0);
  });

  describe('where there are thousands of names', () => {
    const names = (count: number, of = 'eu') =>
      Array.from({ length: count }, (_, i) => `batch-worker-${of}-${String(i).padStart(6, '0')}-production`);
    const askedOf = async ({ journal }: Awaited<ReturnType<typeof organization>>) =>
      (await journal.compromised()).flatMap(({ asked = [] }) => asked);

    it('fits into the table when an emergency is started again with more of them (I15, I16)', async () => {
      const set = await organization();
      const again = { leaveBehind: names(6_200), onListing: 'all' as const };
      await rememberNamed(set.ports, { ...leaked, leaveBehind: names(6_000) }, run('first'));
      await rememberNamed(set.ports, { ...leaked, leaveBehind: ['batch'] }, run('second'));
      await rememberNamed(set.ports, { ...leaked, ...again }, run('third'));
      // The second request names another client, so it is kept by itself.
      expect(await askedOf(set)).toEqual([{ leaveBehind: ['batch'] }, again]);
    });

    it('is refused by name, and stays named, where it fits in no way', async () => {
      const set = await organization();
      await rememberNamed(set.ports, { ...leaked, leaveBehind: names(6_000) }, run('first'));
      const other = { ...leaked, anchors: ['cert_acme1', 'cert_acme0'], leaveBehind: names(6_000, 'us') };
      await expect(rememberNamed(set.ports, other, run('second'))).rejects.toMatchObject({
        name: 'InvalidRequest',
      });
      expect((await set.journal.compromised()).map(({ anchorId }) => anchorId)).toContain('cert_acme1');
      expect(await askedOf(set)).toEqual([{ leaveBehind: names(6_000) }]);
    });

    it('is no more than the table takes, as it does of an update that makes too much of an item', async () => {
      const { journal } = await organization();
      await journal.rememberCompromised([{ anchorId: 'cert_acme0', asked: [] }]);
      const all = [{ leaveBehind: names(12_000) }];
      await expect(journal.replaceAsked('cert_acme0', [], all)).rejects.toThrow('ValidationException');
    });
  });
});
