import { describe, expect, it } from 'vitest';
import { apiKeyOf, clientOfKey, isRotatedKey } from '../../../simulation/in-process/api-keys.ts';
import { HOST, scene } from '../../steps/scene.ts';

const named = (name: string) => expect.objectContaining({ name });

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

  it('takes the API key that an owner has rotated to, and the first no more once that is revoked', async () => {
    const { world } = await scene();
    const rotated = apiKeyOf({ name: 'billing' }, true);
    world.broken.add('rotated billing');
    expect(world.projectOf(apiKeyOf({ name: 'billing' }))).toBeUndefined();
    expect([clientOfKey(rotated), isRotatedKey(rotated)]).toEqual(['billing', true]);
  });

  it.each([
    ['missing billing', 'SecretMissing'],
    ['undecipherable billing', 'InvalidConfiguration'],
    ['denied billing', 'AwsRefused'],
  ] as const)('calls a secret that is %s what the real adapter calls it', async (trouble, name) => {
    const { secrets, world } = await scene();
    world.broken.add(trouble);
    await expect(secrets.read('billing', 'AWSCURRENT')).rejects.toEqual(named(name));
  });
});
