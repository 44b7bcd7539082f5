import { describe, expect, it } from 'vitest';
import { leafOf } from '../../../simulation/certificates/material.ts';
import { inProcessPorts } from '../../../simulation/in-process/ports.ts';
import { type Wire, WireFailure } from '../../../simulation/in-process/wire.ts';
import type { WireFault } from '../../../simulation/world/fault-kinds.ts';
import { LISTINGS } from '../../../simulation/world/late-changes.ts';
import { DAY, failing, HOST, NOW, scene } from '../../steps/scene.ts';

const named = (name: string) => expect.objectContaining({ name });
const broken =
  (fault: WireFault): Wire =>
  async () => {
    throw new WireFailure(fault);
  };

describe('the certificates of a world in memory', () => {
  it('lists a scope with its own toggles, and the projects', async () => {
    const { certificates } = await scene();
    const listed = await certificates.list('proj_a');
    expect(listed.find(({ anchorId }) => anchorId === 'cert_acme1')?.active).toBe(false);
    expect(listed).toContainEqual({
      ...{ anchorId: 'cert_acme0', name: 'acme@0', active: true },
      expiresAt: NOW + 20 * DAY,
    });
    expect(await certificates.projects()).toMatchObject([{ projectId: 'proj_a' }, { projectId: 'proj_b' }]);
    expect(await certificates.content('cert_acme0')).toContain('BEGIN CERTIFICATE');
  });

  it('refuses under the names that the real adapter uses', async () => {
    const { certificates } = await scene();
    const eleven = Array.from({ length: 11 }, () => 'cert_acme0');
    await expect(certificates.list('proj_none')).rejects.toEqual(named('UnknownProject'));
    await expect(certificates.content('cert_none')).rejects.toEqual(named('UnknownAnchor'));
    await expect(certificates.activate('proj_none', ['cert_acme0'])).rejects.toEqual(named('UnknownProject'));
    await expect(certificates.activate('proj_a', eleven)).rejects.toEqual(named('ApiRefused'));
    await expect(certificates.deactivate('proj_a', ['cert_none'])).rejects.toEqual(named('ApiRefused'));
  });

  it.each([
    ['timeout', 'ApiUnavailable'],
    ['reset', 'ApiUnavailable'],
    ['429', 'RateLimited'],
    ['500', 'ApiUnavailable'],
    ['503', 'ApiUnavailable'],
    ['malformed', 'UnreadableAnswer'],
  ] as const)('calls a %s what the real adapter calls it', async (fault, name) => {
    const { portsWith } = await scene();
    await expect(portsWith({ wire: broken(fault) }).certificates.list('proj_a')).rejects.toEqual(named(name));
  });
});

describe('the client secrets of a world in memory', () => {
  it('move their stages by the rules of the service, and are unavailable when it is', async () => {
    const { secrets, portsWith } = await scene();
    const staged = await secrets.read('billing', 'AWSPENDING');
    await secrets.promote('billing', staged?.versionId ?? '');
    expect(await secrets.read('billing', 'AWSCURRENT')).toEqual(staged);
    expect(await secrets.read('billing', 'AWSPENDING')).toBeNull();
    await expect(secrets.read('nobody', 'AWSCURRENT')).rejects.toEqual(named('SecretMissing'));
    const silent = portsWith({ wire: broken('503') });
    await expect(silent.secrets.read('billing', 'AWSCURRENT')).rejects.toEqual(named('SecretUnavailable'));
  });
});

describe('the probe of a world in memory', () => {
  const credentialOf = (about: Parameters<typeof leafOf>[0]) => leafOf(about);
  const acme = (generation: number) => ({ client: 'billing', line: 'acme', generation });
  const presented = async (about: Parameters<typeof leafOf>[0]) => ({
    apiKey: 'sk-billing',
    ...(await credentialOf(about)),
  });

  it('is judged by what is active now, in the project and in the organization (F7, F8)', async () => {
    const { probe, world } = await scene();
    const [old, next] = [await presented(acme(0)), await presented(acme(1))];
    expect(await probe(HOST, old)).toEqual({ kind: 'accepted' });
    expect(await probe(HOST, next)).toEqual({ kind: 'refused', code: 'certificate_verification_failed' });
    expect(await probe(HOST, { apiKey: 'sk-billing' })).toEqual({
      kind: 'refused',
      code: 'certificate_required',
    });
    world.organization.toggle('organization', 'activate', ['cert_acme1'], 'outsider');
    expect(await probe(HOST, next)).toEqual({ kind: 'accepted' });
    world.organization.toggle('organization', 'deactivate', ['cert_acme1'], 'outsider');
    world.organization.toggle('proj_a', 'deactivate', ['cert_acme0'], 'outsider');
    expect(await probe(HOST, { apiKey: 'sk-billing' })).toEqual({ kind: 'accepted' });
  });

  it('turns away the leaf of an anchor that has expired by now', async () => {
    const { probe, time } = await scene();
    time.now = NOW + 21 * DAY;
    expect(await probe(HOST, await presented(acme(0)))).toMatchObject({ kind: 'refused' });
  });

  it('says nothing about an unknown key, a key that is not the leaf’s, or a host that is silent', async () => {
    const { probe, portsWith } = await scene();
    const wrong = await presented({ ...acme(0), flaw: 'wrongKey' });
    expect(await probe(HOST, { apiKey: 'sk-nobody' })).toMatchObject({ kind: 'inconclusive' });
    expect(await probe(HOST, wrong)).toMatchObject({ kind: 'inconclusive' });
    const silent = portsWith({ wire: broken('timeout') }).probe;
    expect(await silent(HOST, await presented(acme(0)))).toMatchObject({ kind: 'inconclusive' });
  });

  it.each([
    ['withoutAki', 'invalid_certificate'],
    [undefined, undefined],
  ] as const)('has the code of F11 for a leaf that is %s', async (flaw, code) => {
    const { probe } = await scene();
    const verdict = await probe(HOST, await presented({ ...acme(0), ...(flaw && { flaw }) }));
    expect(verdict).toEqual(code ? { kind: 'refused', code } : { kind: 'accepted' });
  });
});

describe('a world whose toggles take effect late', () => {
  it('shows them to each host, and in the listings, when they have arrived, in their order', async () => {
    const { createWorld } = await import('../../../simulation/in-process/world.ts');
    const time = { now: NOW };
    const seconds: Record<string, number[]> = { [HOST]: [60, 5], [LISTINGS]: [10, 0] };
    const world = createWorld({
      now: () => time.now,
      projects: [{ id: 'proj_a', name: null }],
      hosts: [HOST],
      projectKeys: {},
      // The first change was the setup's, which nobody waits for.
      delayOf: (place, change) => seconds[place]?.[change - 1] ?? 0,
    });
    for (const id of ['one', 'two'])
      world.organization.seed({ id, name: null, createdAt: NOW, expiresAt: NOW + DAY, pem: null }, []);
    world.organization.seed({ id: 'old', name: null, createdAt: NOW, expiresAt: NOW + DAY, pem: null }, [
      'proj_a',
    ]);
    world.organization.toggle('proj_a', 'activate', ['one']);
    time.now += 1;
    world.organization.toggle('proj_a', 'activate', ['two']);
    const trusted = () => world.organization.trusted('proj_a', HOST).project.map(({ id }) => id);
    const listed = () => {
      const { data } = world.organization.list('proj_a', { order: 'asc' });
      return data.flatMap(({ id, active }) => (active && id !== 'old' ? [id] : []));
    };
    expect([trusted(), listed()]).toEqual([['old'], []]);
    time.now = NOW + 10;
    expect([trusted(), listed()]).toEqual([['old'], ['one', 'two']]);
    time.now = NOW + 60;
    expect(trusted()).toEqual(['old', 'one', 'two']);
  });
});

describe('the lease and the journal of a world in memory', () => {
  it('are written under the conditions of the real table: of two that ask at once, one gets it', async () => {
    const { world } = await scene();
    const gate: (() => void)[] = [];
    // Both read before either writes.
    const late: Wire = async (call, act) => {
      if (call.op === 'lease' && call.changes) await new Promise<void>((open) => void gate.push(open));
      return act();
    };
    const take = (execution: string) =>
      inProcessPorts(world, { wire: late }).leases.take({ execution, mode: 'scheduled' });
    const both = [take('one'), take('two')];
    await new Promise((turn) => setImmediate(turn));
    for (const open of gate) open();
    expect((await Promise.all(both)).map(({ held }) => held).sort()).toEqual([false, true]);
  });

  it('are unavailable by their own names', async () => {
    const { portsWith } = await scene();
    const { leases, journal } = portsWith({ wire: failing(() => true) });
    await expect(leases.demand({ execution: 'one', token: 1 })).rejects.toEqual(named('LeaseUnavailable'));
    await expect(journal.cuts()).rejects.toEqual(named('JournalUnavailable'));
  });
});

describe('a world in memory in which somebody has broken something', () => {
  it('refuses the admin key everywhere', async () => {
    const { certificates, world } = await scene();
    world.broken.add('admin key');
    await expect(certificates.list('proj_a')).rejects.toEqual(named('AdminKeyRefused'));
    await expect(certificates.activate('proj_a', ['cert_acme1'])).rejects.toEqual(named('AdminKeyRefused'));
    world.broken.delete('admin key');
    await expect(certificates.list('proj_a')).resolves.toBeDefined();
  });

  it('knows no archived project, nor its API keys', async () => {
    const { certificates, world, probe } = await scene();
    world.broken.add('project proj_a');
    await expect(certificates.list('proj_a')).rejects.toEqual(named('UnknownProject'));
    expect(await certificates.projects()).toMatchObject([{ projectId: 'proj_b' }]);
    expect(await probe(HOST, { apiKey: 'sk-billing' })).toMatchObject({ kind: 'inconclusive' });
  });

  it.each([
    ['missing billing', 'SecretMissing'],
    ['undecipherable billing', 'InvalidConfiguration'],
  ] as const)('calls a secret that is %s what the real adapter calls it', async (trouble, name) => {
    const { secrets, world } = await scene();
    world.broken.add(trouble);
    await expect(secrets.read('billing', 'AWSCURRENT')).rejects.toEqual(named(name));
  });
});

describe('the next rotation of a world in memory', () => {
  it('is set, moved and cleared, and fine to clear twice', async () => {
    const { nextRotation, world, portsWith } = await scene();
    await nextRotation.set('2027-02-01T00:00:00.000Z');
    await nextRotation.set('2027-03-01T00:00:00.000Z');
    expect(Object.values(world.schedules.times())).toEqual(['2027-03-01T00:00:00.000Z']);
    await nextRotation.clear();
    await nextRotation.clear();
    expect(world.schedules.times()).toEqual({});
    const silent = portsWith({ wire: failing(() => true) }).nextRotation;
    await expect(silent.clear()).rejects.toEqual(named('ScheduleUnavailable'));
  });
});
