import { expect, it } from 'vitest';
import { OTHERS_KEY } from '../../../lambdas/domain/leaf/problems.ts';
import { plan } from '../../../lambdas/domain/planning/plan.ts';
import { anchor, client, inventoryOf, leaf, NOW, policyOf } from '../organizations.ts';

/**
 * Returns what is blocked where the secret of search has a leaf of `anchorId` with the private key of another
 * leaf.
 */
function blockedBeside(anchorId: string, staged?: string) {
  const anchors = [
    anchor('cert_old', 'acme@1', 20),
    anchor('cert_new', 'acme@2', 400),
    anchor('cert_gx', 'globex@1', 400),
  ];
  const running = { ...leaf('mixed up', anchorId), problems: [OTHERS_KEY] };
  return plan({
    inventory: inventoryOf(anchors, { proj_a: ['cert_old', 'cert_gx'] }),
    ...{ policy: policyOf(), request: { mode: 'scheduled' }, now: NOW },
    clients: [
      client('ready', 'proj_a', 'cert_old', 'cert_new'),
      { ...client('search', 'proj_a', undefined, staged), running },
    ],
  }).blocked;
}

it('I1, I9: of a leaf with another’s key nobody can say that its client runs on it: a cut in its line waits, by name', () => {
  for (const of of ['cert_new', 'cert_old']) {
    expect(blockedBeside(of)).toMatchObject([{ anchor: 'cert_old', scopes: ['proj_a'], client: 'search' }]);
    expect(blockedBeside(of)[0]?.reason).toContain(
      'client search may run on cert_old: the private key does not belong',
    );
  }
});

it('I17: another line has nothing to do with it, and what is moved before the cut is no matter', () => {
  expect(blockedBeside('cert_gx')).toEqual([]);
  expect(blockedBeside('cert_new', 'cert_new')).toEqual([]);
});
