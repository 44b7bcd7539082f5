import { describe, expect, it } from 'vitest';
import { heldIn, scopesIn } from '../../lambdas/domain/manifest.ts';
import type { CarriedPlan } from '../../lambdas/domain/plan-document/carried-plan.ts';
import { openWave } from '../../lambdas/open-wave.ts';
import { inProcessManifests } from '../../simulation/in-process/manifests.ts';
import { directWire } from '../../simulation/in-process/wire.ts';
import { scene } from '../steps/scene.ts';

const CLIENTS = [{ name: 'billing', project: 'proj_a', secret: 'billing' }];
const named = (name: string) => expect.objectContaining({ name });

/** A plan as the table and the bucket keep it, and the part of it that the execution carries. */
async function kept() {
  const set = await scene();
  const whole = await set.plan('one');
  const { lease: _, clients: __, ...plan } = whole;
  const carried: CarriedPlan = await set.manifests.keep('arn:execution:one', plan, CLIENTS);
  const [wave] = carried.waves;
  if (!wave || !('list' in wave)) throw new Error('the plan has no wave');
  return { ...set, plan, carried, wave };
}

describe('the manifest of a run', () => {
  it('gives back what Plan wrote, and leaves the execution nothing that grows with the organization', async () => {
    const { manifests, plan, carried, wave } = await kept();
    const [listed] = await manifests.scopes(wave.list);
    if (!listed) throw new Error('the wave has no scope');
    // Only the whole plan tells which clients a scope waits for.
    const { awaits, ...rest } = plan.waves[0]?.scopes[0] ?? {};
    expect(awaits).toEqual(['billing']);
    expect(await manifests.share(listed)).toEqual(rest);
    const stake = { mayRunOn: ['cert_acme0'], lookedAtIn: ['proj_a'] };
    expect(carried.clients && (await manifests.clients(carried.clients))).toEqual(
      CLIENTS.map((client) => ({ ...client, ...stake })),
    );
    expect(await manifests.whole(carried)).toEqual(plan);
    expect(JSON.stringify(carried)).not.toContain(plan.waves[0]?.scopes[0]?.checks[0]?.leaf);
    expect(carried).not.toHaveProperty('promotions');
  });

  it('has what is too long for a list in an object of its own, read as it was written', async () => {
    const { world, plan } = await kept();
    const whole = plan.waves[0]?.scopes[0];
    if (!whole) throw new Error('the plan has no scope');
    const checks = Array.from({ length: 100 }, () => whole.checks).flat();
    const long = { ...plan, waves: [{ name: 'organization' as const, scopes: [{ ...whole, checks }] }] };
    const ports = inProcessManifests(world.objects, directWire);
    const [wave] = (await ports.keep('arn:execution:long', long, CLIENTS)).waves;
    const [listed] = wave && 'list' in wave ? await ports.scopes(wave.list) : [];
    expect(listed).toMatchObject({ scope: 'proj_a', successions: whole.successions, checks: [] });
    expect(listed && (await ports.share(listed)).checks).toHaveLength(100);
    world.objects.alter((text) => text.replaceAll('billing', 'search'));
    await expect(listed && ports.share(listed)).rejects.toEqual(named('ManifestChanged'));
  });

  it('is read once more when an answer was cut short on its way', async () => {
    const { world, carried, wave } = await kept();
    const get = world.objects.get;
    let reads = 0;
    world.objects.get = (at) => (reads++ === 0 ? get(at).slice(0, -1) : get(at));
    const manifests = inProcessManifests(world.objects, directWire);
    expect(await manifests.scopes(wave.list)).toHaveLength(1);
    expect(reads).toBe(2);
    expect(carried.whole && (await manifests.whole(carried))).toBeDefined();
    expect(reads).toBe(3);
  });

  it('says of a scope with too many clients for one function by which shards they are gone through (I18)', async () => {
    const { world, plan } = await kept();
    const whole = plan.waves[0]?.scopes[0];
    const [check] = whole?.checks ?? [];
    if (!whole || !check) throw new Error('the plan has no check');
    const checks = Array.from({ length: 101 }, (_, i) => ({ ...check, client: `client-${i}` }));
    const large = { ...plan, waves: [{ name: 'organization' as const, scopes: [{ ...whole, checks }] }] };
    const ports = inProcessManifests(world.objects, directWire);
    const [wave] = (await ports.keep('arn:execution:large', large, CLIENTS)).waves;
    const [listed] = wave && 'list' in wave ? await ports.scopes(wave.list) : [];
    expect(listed).toMatchObject({ checks: [], shards: [0, 1, 2, 3, 4].map((at) => ({ at, of: 5 })) });
    expect(listed && (await ports.share(listed)).checks).toHaveLength(101);
    expect(JSON.stringify(listed).length).toBeLessThan(4_096);
  });

  it('is not asked for where there is nothing to do', async () => {
    const { manifests, plan } = await kept();
    const idle = await manifests.keep('arn:execution:two', { ...plan, waves: [] }, CLIENTS);
    expect(idle).toMatchObject({ waves: [], summary: plan.summary });
    expect(idle).not.toHaveProperty('whole');
  });

  it('takes an execution of an older machine at its own word, which carries everything itself', async () => {
    const { manifests, plan } = await kept();
    expect(await manifests.whole({ ...plan, lease: { token: 1 } })).toMatchObject({ waves: plan.waves });
  });

  it.each([
    ['removed', () => null, /S3 refuses it: it is gone, or this function may not read it any more/],
    ['altered', (text: string) => text.replaceAll('proj_a', 'proj_b'), /not what Plan wrote/],
    ['another run’s', () => '[]', /not what Plan wrote/],
  ])('that was %s stops the run by name before any scope is begun', async (_, change, words) => {
    const { manifests, world, carried, wave } = await kept();
    world.objects.alter(change);
    await expect(openWave({ manifests }, { wave })).rejects.toEqual(named('ManifestChanged'));
    await expect(manifests.whole(carried)).rejects.toThrow(words);
  });

  it('has each scope once, as many as Plan says', async () => {
    const { manifests, wave } = await kept();
    expect(await openWave({ manifests }, { wave })).toEqual({ scopes: 1 });
    await expect(openWave({ manifests }, { wave: { ...wave, count: 2 } })).rejects.toThrow(
      /it has 1 scopes, and Plan wrote 2/,
    );
    await expect(openWave({ manifests }, { wave: { ...wave, count: 0 } })).rejects.toThrow(
      /it has 1 scopes, and Plan wrote 0/,
    );
  });

  it('is read from the bucket of this stack and from no other', async () => {
    const { manifests, wave } = await kept();
    const elsewhere = { ...wave.list, bucket: 'somebody-elses' };
    await expect(manifests.scopes(elsewhere)).rejects.toEqual(named('ManifestChanged'));
  });

  it('names in the execution a few of the scopes of what is blocked, and as much as fits', async () => {
    const { manifests, plan } = await kept();
    const scopes = Array.from({ length: 1_000 }, (_, i) => `proj_${i}`);
    const blocked = scopes.map((id) => ({ anchor: `cert_${id}`, reason: 'x'.repeat(100), scopes }));
    const carried = await manifests.keep('arn:execution:three', { ...plan, blocked }, CLIENTS);
    expect(carried.blocked[0]?.scopes).toHaveLength(21);
    expect(JSON.stringify(carried).length).toBeLessThan(128 * 1024);
    expect((await manifests.whole(carried)).blocked[0]?.scopes).toHaveLength(1_000);
  });
});

it('the trail names as many scopes of a wave as an item of the table can carry, and how many more there are', () => {
  const scopes = Array.from({ length: 10_000 }, (_, i) => ({
    scope: `proj_${i}`,
    successions: [],
    checks: [],
  }));
  const [[name, named] = ['', []]] = scopesIn([{ name: 'everywhere', scopes }]);
  expect(name).toBe('everywhere');
  expect(named.slice(-2)).toEqual(['proj_999', 'and 9000 more']);
});

it('the trail names the scopes in which nothing may be cut yet, and no key of it where there are none', () => {
  const pair = { retiring: 'cert_old', successor: 'cert_new' };
  const scopeOf = (scope: string, held: boolean[]) => ({
    ...{ scope, checks: [] },
    successions: held.map((one) => ({ ...pair, ...(one && { held: true }) })),
  });
  const scopes = [scopeOf('proj_a', [true, true]), scopeOf('proj_b', [true, false]), scopeOf('proj_c', [])];
  expect(heldIn([{ name: 'projects', scopes }])).toEqual({ held: ['proj_a'] });
  expect(heldIn([{ name: 'projects', scopes: scopes.slice(1) }])).toEqual({});
});
