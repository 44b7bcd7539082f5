import { describe, expect, it } from 'vitest';
import { activate } from '../../../../lambdas/activate.ts';
import { deactivate } from '../../../../lambdas/deactivate.ts';
import { instant } from '../../../../lambdas/domain/instant.ts';
import { authorityOf, leafUnder } from '../../../../simulation/certificates/material.ts';
import { failing, scene, scopeInput } from '../../scene.ts';

const fire = { mode: 'emergency' as const, anchors: ['cert_acme0'], reason: 'its key leaked' };

/**
 * Acme, and another upload that is active nowhere. The API never gives the certificates of the ids in `mute`.
 */
async function without(mute: readonly string[], expires = 20) {
  const set = await scene([
    { id: 'cert_acme0', expires, in: ['proj_a'] },
    { id: 'cert_acme1', expires: 300 },
    { id: 'cert_odd0', expires: 300 },
  ]);
  const wire = failing(({ op, about = '' }) => op === 'retrieve' && mute.includes(about));
  const broken = set.portsWith({ wire });
  const planOf = async (ask: Parameters<typeof set.plan>[1]) => {
    const startedAt = set.time.now;
    const attempt = () => set.plan('one', ask, {}, broken, startedAt);
    const first = await attempt().catch(({ name }: Error) => name);
    set.time.now += 1_800;
    return { first, later: await attempt() };
  };
  return { ...set, broken, planOf };
}

const rotates = { decision: 'rotate', successions: [{ retiring: 'cert_acme0', successor: 'cert_acme1' }] };

describe('an upload whose certificate the API does not give', () => {
  it('I16, I17: is waited for by no emergency that can do without it', async () => {
    const set = await without(['cert_odd0'], 200);
    await expect(set.plan('fire', fire, {}, set.broken)).resolves.toMatchObject(rotates);
  });

  it('I9: is asked for again where nothing goes without it, and blocks nothing but that then', async () => {
    const set = await without(['cert_acme1'], 200);
    const { first, later } = await set.planOf(fire);
    expect(first).toBe('ApiUnavailable');
    expect(later).toMatchObject({ decision: 'blocked', isRed: true, blocked: [{ anchor: 'cert_acme0' }] });
  });

  it('I9, I15: is asked for again where it is what is named, and is said to be blocked after that', async () => {
    const set = await without(['cert_acme0'], 200);
    const { first, later } = await set.planOf(fire);
    expect(first).toBe('ApiUnavailable');
    expect(later).toMatchObject({ decision: 'blocked', isRed: true, blocked: [{ anchor: 'cert_acme0' }] });
  });

  it('I17: stops no run after the emergency that has named it, be it for good', async () => {
    const set = await without(['cert_odd0']);
    await set.journal.rememberCompromised([{ anchorId: 'cert_odd0' }]);
    const { first, later } = await set.planOf({ mode: 'scheduled' });
    expect(first).toBe('ApiUnavailable');
    expect(later).toMatchObject(rotates);
    await expect(activate(set.broken, scopeInput('one', later))).resolves.toMatchObject({
      activated: ['cert_acme1'],
    });
  });

  it('I9, I15: keeps others from being activated for as long as the name is new', async () => {
    const set = await without(['cert_odd0']);
    const plan = await set.plan('one');
    const namedAt = instant(set.time.now);
    await set.journal.rememberCompromised([{ anchorId: 'cert_odd0', namedAt }]);
    const input = scopeInput('one', plan);
    await expect(activate(set.broken, input)).rejects.toMatchObject({ name: 'ApiUnavailable' });
  });

  it('F10, I17: keeps no cut of the organization waiting that the admin credential survives', async () => {
    const set = await scene([
      { id: 'cert_acme0', expires: 20, in: ['organization'] },
      { id: 'cert_acme1', expires: 300, in: ['organization'] },
      { id: 'cert_odd0', expires: 300, in: ['organization'] },
    ]);
    set.world.adminCertificate = await leafUnder(authorityOf('acme', 1), { client: 'windlass' });
    const input = scopeInput('one', await set.plan('one'), 'organization');
    const wire = failing(({ op, about }) => op === 'retrieve' && about === 'cert_odd0');
    await deactivate(set.portsWith({ wire }), input);
    expect(set.activeIn('organization')).not.toContain('cert_acme0');
  });

  it('I17: stops no scheduled run for longer than a project that cannot be listed, and is said', async () => {
    const set = await without(['cert_odd0']);
    const { first, later } = await set.planOf({ mode: 'scheduled' });
    expect(first).toBe('ApiUnavailable');
    expect(later).toMatchObject(rotates);
    expect(later.warnings?.join()).toContain('the certificate of cert_odd0 cannot be read: ApiUnavailable');
  });

  it('I9: stops every run where it is all of them', async () => {
    const set = await without(['cert_acme0', 'cert_acme1', 'cert_odd0']);
    await expect(set.planOf({ mode: 'scheduled' })).rejects.toMatchObject({ name: 'ApiUnavailable' });
  });

  it('I13, I17: is no outage of the API where it is the only upload: what it blocks is named', async () => {
    const set = await scene([{ id: 'cert_acme0', expires: 20, in: ['proj_a'] }]);
    const broken = set.portsWith({ wire: failing(({ op }) => op === 'retrieve') });
    const ask = { mode: 'scheduled' as const };
    const startedAt = set.time.now;
    await expect(set.plan('one', ask, {}, broken, startedAt)).rejects.toMatchObject({
      name: 'ApiUnavailable',
    });
    set.time.now += 1_800;
    await expect(set.plan('one', ask, {}, broken, startedAt)).resolves.toMatchObject({
      ...{ decision: 'blocked', isRed: true, blocked: [{ anchor: 'cert_acme0' }] },
    });
  });
});
