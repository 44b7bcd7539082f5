import { expect, it } from 'vitest';
import { OTHERS_KEY } from '../../../lambdas/domain/leaf/problems.ts';
import { plan } from '../../../lambdas/domain/planning/plan.ts';
import { anchor, client, DAY, inventoryOf, leaf, NOW, policyOf } from '../organizations.ts';

function blockedBeside(problems: string[], endsAt?: number, of = 'cert_new') {
  const anchors = [anchor('cert_old', 'acme@1', 20), anchor('cert_new', 'acme@2', 400)];
  const running = {
    ...leaf('mixed up', of),
    problems,
    ...(endsAt !== undefined && { endsAt, validUntil: {} }),
  };
  return plan({
    inventory: inventoryOf(anchors, { proj_a: ['cert_old'] }),
    ...{ policy: policyOf(), request: { mode: 'scheduled' }, now: NOW },
    clients: [
      client('ready', 'proj_a', 'cert_old', 'cert_new'),
      { ...client('search', 'proj_a', undefined), running },
    ],
  }).blocked;
}

it.each([
  'the private key is not a readable, unencrypted PEM key',
  'TLS cannot load the certificate chain',
  'an intermediate certificate cannot be read',
])(
  'I1, I9: of a leaf that no TLS stack can load nobody can say that its client runs on it: %s',
  (problem) => {
    expect(blockedBeside([problem])).toMatchObject([{ anchor: 'cert_old', client: 'search' }]);
  },
);

it.each(['cert_old', 'cert_new'])(
  'I1, I9: a leaf with another’s key that has expired says no more of what its client runs on: %s',
  (of) => {
    const both = ['the leaf expired', OTHERS_KEY];
    expect(blockedBeside(both, NOW - 2 * DAY, of)).toMatchObject([{ anchor: 'cert_old', client: 'search' }]);
  },
);
