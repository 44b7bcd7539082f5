import { describe, expect, it } from 'vitest';
import { failing, scene } from './scene.ts';

const fire = { mode: 'emergency' as const, anchors: ['cert_acme0'], reason: 'its key leaked' };

/** Acme, and another upload that is active nowhere; for some the API gives no certificate, for as long as anybody asks. */
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

  it('I15: is asked for again for as long as it is what is named', async () => {
    const set = await without(['cert_acme0'], 200);
    await expect(set.planOf(fire)).rejects.toMatchObject({ name: 'ApiUnavailable' });
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
});
