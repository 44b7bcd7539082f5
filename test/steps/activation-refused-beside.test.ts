import { expect, it } from 'vitest';
import { activate } from '../../lambdas/activate.ts';
import { WindlassError } from '../../lambdas/domain/errors.ts';
import { onAcme } from './saying.ts';
import { scene, scopeInput } from './scene.ts';

it('I17: a successor that the API does not activate keeps no other one of its scope from being activated', async () => {
  const set = await scene(
    [
      { id: 'cert_acme0', expires: 20, in: ['proj_a'] },
      { id: 'cert_acme1', expires: 300 },
      { id: 'cert_keel0', expires: 20, in: ['proj_a'] },
      { id: 'cert_keel1', expires: 300 },
    ],
    [
      onAcme('billing', 'proj_a'),
      {
        name: 'stock',
        project: 'proj_a',
        running: { anchor: 'cert_keel0' },
        staged: { anchor: 'cert_keel1' },
      },
    ],
  );
  const { certificates } = set.ports;
  const picky = {
    ...set.ports,
    certificates: {
      ...certificates,
      // A call is atomic (F2): it takes all of it, or nothing.
      activate: async (scope: string, ids: readonly string[]) => {
        if (ids.includes('cert_keel1'))
          throw new WindlassError('ApiRefused', '400 mtls_certificate_invalid: cert_keel1');
        await certificates.activate(scope, ids);
      },
    },
  };
  await expect(activate(picky, scopeInput('one', await set.plan('one')))).rejects.toMatchObject({
    name: 'ApiRefused',
  });
  expect(set.activeIn('proj_a')).toContain('cert_acme1');
});
