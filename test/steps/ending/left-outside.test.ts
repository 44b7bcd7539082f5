import { describe, expect, it } from 'vitest';
import { restore } from '../../../lambdas/restore.ts';
import { moveToStaged, SILENT, saying } from '../saying.ts';
import { DAY, HOST, NOW, type Scene, scene } from '../scene.ts';

const anchors = [
  { id: 'cert_acme0', expires: 20, in: ['proj_a'] },
  { id: 'cert_acme1', expires: 300 },
  { id: 'cert_keel0', expires: 300, in: ['proj_a'] },
];
const emergency = { mode: 'emergency' as const, anchors: ['cert_acme1'], reason: 'leak' };

/** A client that was moved onto the leaked anchor after an emergency had named and cut that anchor. */
async function movedLate(policy: object = {}, before: (set: Scene) => void = () => {}) {
  const set = await scene(anchors);
  await set.plan('fire', emergency);
  await set.leases.release('fire');
  set.running.delete('fire');
  await moveToStaged(set.secrets, 'billing');
  before(set);
  const planned = await set.plan('next', { mode: 'scheduled' }, policy);
  const execution = { id: 'next', startedAt: new Date(NOW * 1000).toISOString() };
  const input = { execution, plan: planned, only: 'outside' as const };
  return { ...set, planned, input };
}

const leafOf = async ({ secrets, fingerprint }: Awaited<ReturnType<typeof movedLate>>) => {
  const current = (await secrets.read('billing', 'AWSCURRENT'))?.certificateChain;
  const [old, late] = [{ anchor: 'cert_acme0' }, { anchor: 'cert_acme1' }];
  const { fingerprintOf } = await import('../../../lambdas/adapters/x509/fingerprint.ts');
  const names = new Map([
    [await fingerprint('billing', old), 'old'],
    [await fingerprint('billing', late), 'late'],
  ]);
  return names.get(fingerprintOf(current ?? ''));
};

describe('a client that a late call moved onto what an emergency has cut', () => {
  it('is found by the next run, which is red for it and comes again soon (I11, I13)', async () => {
    const { planned } = await movedLate();
    expect(planned).toMatchObject({
      anyOutside: true,
      isRed: true,
      outside: [{ client: 'billing', project: 'proj_a', secret: 'billing' }],
      nextRotationAt: new Date((NOW + 300) * 1000).toISOString(),
    });
    const told = planned.blocked.find(({ anchor }) => anchor === 'cert_acme1');
    expect(told).toMatchObject({ client: 'billing', scopes: ['proj_a'] });
    expect(told?.reason).toContain('by a call that was on its way when an emergency took over');
  });

  it('is moved back by what the hosts say', async () => {
    const set = await movedLate();
    expect(await leafOf(set)).toBe('late');
    expect(await restore({ ...set.ports, hosts: [HOST] }, set.input)).toEqual({
      restored: ['billing'],
      kept: [],
    });
    expect(await leafOf(set)).toBe('old');
  });

  it('stays where it gets in, or where the leaf before is turned away as well', async () => {
    const inside = await movedLate();
    inside.world.organization.toggle('proj_a', 'activate', ['cert_acme1'], 'outsider');
    expect(await restore({ ...inside.ports, hosts: [HOST] }, inside.input)).toMatchObject({
      kept: ['billing'],
    });
    const neither = await movedLate();
    neither.world.organization.toggle('proj_a', 'deactivate', ['cert_acme0'], 'outsider');
    expect(await restore({ ...neither.ports, hosts: [HOST] }, neither.input)).toMatchObject({ restored: [] });
    expect(await leafOf(neither)).toBe('late');
  });

  it('is moved back by the listing alone where nothing is probed, as long as the leaves are those of the plan', async () => {
    const set = await movedLate({ evidence: 'listing' });
    const asked = { ...set.ports, hosts: [HOST], probe: () => Promise.reject(new Error('nobody probes')) };
    const { outside = [] } = set.planned;
    const other = { ...set.planned, outside: outside.map((one) => ({ ...one, previous: 'another' })) };
    expect(await restore(asked, { ...set.input, plan: other })).toMatchObject({ restored: [] });
    expect(await restore(asked, set.input)).toMatchObject({ restored: ['billing'] });
    expect(await leafOf(set)).toBe('old');
  });

  it('is moved back by what the hosts say where an upload is trusted that the API never shows: its leaf might lead there (I9, I11)', async () => {
    const hidden = { id: 'cert_odd0', name: 'odd@0', createdAt: NOW - 90 * DAY, expiresAt: NOW + 200 * DAY };
    const set = await movedLate({}, ({ world }) =>
      world.organization.seed({ ...hidden, pem: null }, ['organization']),
    );
    expect(set.planned).toMatchObject({ anyOutside: true, isRed: true });
    expect(await restore({ ...set.ports, hosts: [HOST] }, set.input)).toMatchObject({
      restored: ['billing'],
    });
    expect(await leafOf(set)).toBe('old');
  });

  it('is nobody while the anchor is trusted, nor in the emergency itself, which does what it was asked to do', async () => {
    const set = await movedLate();
    set.world.organization.toggle('proj_a', 'activate', ['cert_acme1'], 'outsider');
    await set.leases.release('next');
    expect(await set.plan('third')).toMatchObject({ anyOutside: false });
    await set.leases.release('third');
    set.world.organization.toggle('proj_a', 'deactivate', ['cert_acme1'], 'outsider');
    expect(await set.plan('again', emergency)).toMatchObject({ anyOutside: false });
  });
});

describe('a client outside that never answers', () => {
  const HOUR = 3_600;
  const keel = (expires: number) => [
    { id: 'cert_keel0', expires, in: ['proj_b'] },
    { id: 'cert_keel1', expires: 300 },
  ];
  const stock = {
    ...{ name: 'stock', project: 'proj_b' },
    ...{ running: { anchor: 'cert_keel0' }, staged: { anchor: 'cert_keel1' } },
  };
  const billing = {
    ...{ name: 'billing', project: 'proj_a' },
    ...{ running: { anchor: 'cert_acme0' }, staged: { anchor: 'cert_acme1' } },
  };

  /**
   * A scene in which another client is ready to move. Billing runs on a compromised anchor that is active
   * nowhere.
   */
  async function besideAnother(expires: number) {
    const set = await scene(
      [
        { id: 'cert_acme0', expires: 300, in: ['proj_a'] },
        { id: 'cert_acme1', expires: 300 },
        ...keel(expires),
      ],
      [billing, stock],
    );
    await set.journal.rememberCompromised([{ anchorId: 'cert_acme1' }]);
    await moveToStaged(set.secrets, 'billing');
    return set;
  }

  it('halts the first runs, which come again within minutes, and is waited for by nobody in the end (I17)', async () => {
    const set = await besideAnother(20);
    const failingFor = (hours: number) => ({
      mode: 'scheduled' as const,
      failingSince: new Date((NOW - hours * HOUR) * 1000).toISOString(),
    });
    const first = await set.plan('first');
    expect(first).toMatchObject({ anyOutside: true, goesOnWithout: false, decision: 'rotate' });
    const ports = {
      ...set.ports,
      hosts: [HOST],
      probe: saying(set.ports.probe, () => ({ billing: SILENT })),
    };
    const input = { execution: { id: 'first', startedAt: first.plannedAt }, plan: first };
    await expect(restore(ports, { ...input, only: 'outside' })).rejects.toMatchObject({
      name: 'ProbeInconclusive',
    });
    set.running.delete('first');
    expect(await set.plan('second', failingFor(5))).toMatchObject({ goesOnWithout: false });
    set.running.delete('second');
    expect(await set.plan('third', failingFor(7))).toMatchObject({
      ...{ anyOutside: true, goesOnWithout: true, decision: 'rotate' },
      successions: [{ retiring: 'cert_keel0', successor: 'cert_keel1' }],
    });
  });

  it('keeps nothing compromised active (I16)', async () => {
    const set = await besideAnother(300);
    await set.journal.rememberCompromised([{ anchorId: 'cert_keel0' }]);
    expect(await set.plan('next')).toMatchObject({ atOnce: true, anyOutside: true, goesOnWithout: true });
  });

  it('is waited for where there is nothing else to do', async () => {
    const set = await besideAnother(300);
    const failingSince = new Date((NOW - 9 * HOUR) * 1000).toISOString();
    expect(await set.plan('next', { mode: 'scheduled', failingSince })).toMatchObject({
      ...{ decision: 'blocked', anyOutside: true, goesOnWithout: false },
    });
  });
});
