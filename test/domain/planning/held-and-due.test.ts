import { expect, it } from 'vitest';
import { plan } from '../../../lambdas/domain/planning/plan.ts';
import { anchor, client, inventoryOf, leaf, NOW, policyOf } from '../organizations.ts';

const keys = new Map(['cert_old', 'cert_cross'].map((id) => [id, { digest: id, vouchesFor: [] }]));
const told = (crossIn: string, cross = anchor('cert_cross', 'globex@1', 900)) =>
  plan({
    inventory: inventoryOf(
      [anchor('cert_old', 'acme@2025', 10), cross],
      {
        proj_a: ['cert_old'],
        proj_b: [],
        organization: [],
        [crossIn]: ['cert_cross', ...(crossIn === 'proj_a' ? ['cert_old'] : [])],
      },
      ['proj_a', 'proj_b'],
    ),
    policy: policyOf({ hold: ['cert_old'] }),
    request: { mode: 'scheduled' },
    now: NOW,
    keys,
    clients: [{ ...client('api', 'proj_a'), running: leaf('api', 'cert_old', 'cert_cross') }],
  }).blocked.map((one) => one.anchor);

it.each(['proj_a', 'organization'])('is silent where %s lets its client in by another anchor', (scope) => {
  expect(told(scope)).toEqual([]);
});

it('I13: a hold that lets an anchor expire is told of though the other anchor of its client is active, in a project that is none of its own', () => {
  expect(told('proj_b')).toEqual(['cert_old']);
});

it('I13: or is not valid yet', () => {
  expect(told('proj_a', { ...anchor('cert_cross', 'globex@1', 900), validAt: NOW + 60 * 86_400 })).toEqual([
    'cert_old',
  ]);
});
