import { expect, it } from 'vitest';
import { deactivate } from '../../../lambdas/deactivate.ts';
import { WindlassError } from '../../../lambdas/domain/errors.ts';
import { twoAuthorities } from '../saying.ts';
import { beforeTheCut, cut } from '../stubborn.ts';

const leaked = { mode: 'emergency' as const, anchors: ['cert_acme0', 'cert_keel0'], reason: 'they leaked' };

it('I17: what an attempt has cut without hearing so is confirmed by the next, beside an anchor that the API does not deactivate', async () => {
  const at = await beforeTheCut(await twoAuthorities(20), { mode: 'scheduled' }, ['cert_keel0']);
  const { certificates } = at.ports;
  const list: typeof certificates.list = async (scope) => {
    if (!at.set.activeIn('proj_a').includes('cert_acme0')) throw new WindlassError('ApiUnavailable', '503');
    return certificates.list(scope);
  };
  const deaf = { ...at.ports, certificates: { ...certificates, list } };
  await expect(deactivate(deaf, at.input)).rejects.toMatchObject({ name: 'ApiUnavailable' });
  expect(await cut(at)).toEqual({ Error: 'ApiRefused', Cause: '400 cert_keel0: no' });
  expect(at.set.activeIn('proj_a')).toEqual(['cert_acme1', 'cert_keel0', 'cert_keel1']);
  expect((await at.ports.journal.cuts()).map(({ retiring }) => retiring)).not.toContain('cert_acme0');
});

it('I16: a cut that the listing shows only to the next attempt is made, beside an anchor that the API does not deactivate', async () => {
  const at = await beforeTheCut(await twoAuthorities(200), leaked, ['cert_keel0']);
  at.set.world.organization.delayBy((place) => (place === 'listings' ? 5 : 0));
  await expect(deactivate(at.ports, at.input)).rejects.toMatchObject({ name: 'ToggleNotVisible' });
  at.set.time.now += 10;
  expect(await deactivate(at.ports, at.input)).toMatchObject({
    ...{ deactivated: [], alreadyInactive: ['cert_acme0'] },
    refusals: [{ anchor: 'cert_keel0', error: 'ApiRefused' }],
  });
});

it('I16: so it is beside an anchor that a person has taken back between the attempts', async () => {
  const at = await beforeTheCut(await twoAuthorities(200), leaked, ['cert_keel0']);
  await deactivate(at.ports, at.input);
  await at.set.journal.forgetCompromised(['cert_keel0']);
  expect(await deactivate(at.ports, at.input)).toMatchObject({
    ...{ deactivated: [], alreadyInactive: ['cert_acme0'] },
    refusals: [{ anchor: 'cert_keel0', error: 'CompromiseRetracted' }],
  });
});
