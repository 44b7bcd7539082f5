import { describe, expect, it } from 'vitest';
import { instant } from '../../../lambdas/domain/instant.ts';
import { moveToStaged, onAcme } from '../saying.ts';
import { DAY, type SceneAnchor, type SceneClient, scene } from '../scene.ts';

const EMERGENCY = { mode: 'emergency' as const, anchors: ['cert_acme0'], reason: 'its key leaked' };
const PAIR = { retiring: 'cert_acme0', successor: 'cert_acme1' };

type Since = {
  others?: SceneAnchor[];
  clients?: SceneClient[];
  options?: Parameters<typeof scene>[2];
  /** How far the run came: it has begun the pair, it soaks, or it is over and could not cut everywhere. */
  upTo?: 'begun' | 'soaking' | 'over';
};

/** Acme's second generation takes over from the first. Since then somebody has renamed an anchor. */
async function renamed(
  anchorId: string,
  name: string,
  { others = [], clients = [onAcme('billing', 'proj_a')], options = {}, upTo = 'soaking' }: Since = {},
) {
  const set = await scene(
    [
      { id: 'cert_acme0', expires: 20, in: ['proj_a'], name: 'acme@2026' },
      { id: 'cert_acme1', expires: 300, in: ['proj_a'], name: 'acme@2027' },
      ...others,
    ],
    clients,
    options,
  );
  await set.plan('early');
  await set.leases.release('early');
  if (upTo !== 'begun') {
    await moveToStaged(set.secrets, 'billing');
    await set.journal.forgetBegun([PAIR]);
  }
  const provenAt = instant(set.time.now - DAY);
  if (upTo === 'soaking')
    await set.journal.rememberSoaks([{ ...PAIR, provenAt, soakUntil: instant(set.time.now + 6 * DAY) }]);
  set.world.organization.rename(anchorId, name, 'person');
  return set;
}

const pairsOf = ({ successions }: { successions: readonly { retiring: string; successor: string }[] }) =>
  successions.map(({ retiring, successor }) => `${retiring} ${successor}`);

describe.each([
  ['cert_acme1', 'acme-root@2027'],
  ['cert_acme0', 'OLD acme@2026'],
  ['cert_acme0', ''],
])('a rotation in which %s is renamed to %j', (anchorId, name) => {
  it.each(['begun', 'soaking', 'over'] as const)(
    'I16: an emergency cuts in favour of the anchor that its clients hold leaves of (%s)',
    async (upTo) => {
      const { plan } = await renamed(anchorId, name, { upTo });
      const planned = await plan('one', EMERGENCY);
      expect(pairsOf(planned)).toEqual(['cert_acme0 cert_acme1']);
      expect(planned.blocked).toEqual([]);
      expect(planned.warnings?.join()).toContain('one of them was renamed since');
    },
  );

  it('I11: the rotation goes on, and to no upload that nobody holds a leaf of', async () => {
    const fresh = { id: 'cert_acme2', expires: 600, name: 'acme@2028' };
    const { plan } = await renamed(anchorId, name, { others: [fresh] });
    expect(pairsOf(await plan('one'))).toEqual(['cert_acme0 cert_acme1']);
  });
});

it('an upload that was named wrong, and that nobody holds a leaf of, gives way to its right name', async () => {
  const clients = [{ name: 'billing', project: 'proj_a', running: { anchor: 'cert_acme0' } }];
  const { plan } = await renamed('cert_acme1', 'acme-test@2027', { clients, upTo: 'begun' });
  expect(pairsOf(await plan('one', EMERGENCY))).toEqual([]);
});

describe('a run has cut what it could, and one scope is left', () => {
  /** Nobody could read the secret of search, whose project still trusts the leaked anchor alone. */
  async function leftBy(isMoved: boolean) {
    const set = await scene(
      [
        { id: 'cert_acme0', expires: 100, in: ['proj_b'], name: 'acme@2026' },
        { id: 'cert_acme1', expires: 300, in: ['proj_a'], name: 'acme@2027' },
      ],
      [onAcme('billing', 'proj_a'), onAcme('search', 'proj_b')],
    );
    await set.plan('early');
    await set.leases.release('early');
    if (isMoved) await moveToStaged(set.secrets, 'billing');
    set.world.organization.rename('cert_acme1', 'zeta@1', 'person');
    return set;
  }

  it('I16: it is cut in favour of the anchor that others were moved to, run after run', async () => {
    const { plan, leases, journal } = await leftBy(true);
    for (const run of ['one', 'two', 'three']) {
      expect(pairsOf(await plan(run, EMERGENCY))).toEqual(['cert_acme0 cert_acme1']);
      await leases.release(run);
      await journal.forgetBegun([PAIR]);
    }
  });

  it('F14: it goes by its names where nobody was moved', async () => {
    const { plan } = await leftBy(false);
    expect(pairsOf(await plan('one', EMERGENCY))).toEqual([]);
  });
});

describe('an upload of globex that was named acme@2027 when a run began with it, and whose name somebody has corrected', () => {
  /** Globex's own clients hold leaves of it all along. */
  async function corrected(search: { running: string; staged?: string; project?: string }) {
    const { running, staged, project = 'proj_a' } = search;
    const set = await scene(
      [
        { id: 'cert_acme0', expires: 20, in: ['proj_a'], name: 'acme@2026' },
        { id: 'cert_acme1', expires: 400, name: 'acme@2028' },
        { id: 'cert_globex0', expires: 200, in: ['proj_a', 'proj_b'], name: 'globex@2026' },
        { id: 'cert_globex1', expires: 500, in: ['proj_b'], name: 'acme@2027' },
      ],
      [
        onAcme('billing', 'proj_a'),
        {
          ...{ name: 'search', project, running: { anchor: running } },
          ...(staged && { staged: { anchor: staged } }),
        },
      ],
    );
    await set.plan('early');
    await set.leases.release('early');
    await set.journal.rememberBegun([
      { retiring: 'cert_acme0', successor: 'cert_globex1', begunAt: instant(set.time.now - DAY) },
    ]);
    set.world.organization.rename('cert_globex1', 'globex@2027', 'person');
    return set;
  }

  it.each([
    [{ running: 'cert_globex0', staged: 'cert_globex1' }],
    [{ running: 'cert_globex1', project: 'proj_b' }],
    [{ running: 'cert_globex1' }],
  ])('I16, F14: is no successor of acme (%j)', async (search) => {
    const emergency = await (await corrected(search)).plan('one', EMERGENCY);
    expect(pairsOf(emergency)).toEqual(['cert_acme0 cert_acme1']);
    const scheduled = await (await corrected(search)).plan('one');
    expect(pairsOf(scheduled)).toEqual(['cert_acme0 cert_acme1']);
    expect(scheduled.blocked).toEqual([]);
  });
});

it.each(['OLD acme@2026', ''])(
  'I1, F16: a pair whose retiring anchor is called %j by now concerns everybody who holds an older generation of its line',
  async (name) => {
    const older = { anchor: 'cert_acme5' };
    const { plan } = await renamed('cert_acme0', name, {
      others: [{ id: 'cert_acme5', expires: 100, name: 'acme@2025' }],
      clients: [
        onAcme('billing', 'proj_a'),
        { name: 'search', project: 'proj_a', running: { ...older, flaw: 'wrongKey' } },
      ],
      options: { witnesses: [{ name: 'stranger', project: 'proj_a', running: older }] },
    });
    const { blocked } = await plan('one');
    expect(blocked.flatMap(({ client, witness }) => client ?? witness ?? []).toSorted()).toEqual([
      'search',
      'stranger',
    ]);
  },
);
