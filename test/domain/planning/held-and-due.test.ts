import { expect, it } from 'vitest';
import { heldAndDue } from '../../../lambdas/domain/blocked/held-and-due.ts';
import { plan } from '../../../lambdas/domain/planning/plan.ts';
import { anchor, client, inventoryOf, leaf, NOW, policyOf } from '../organizations.ts';

const EMERGENCY = { mode: 'emergency' as const, anchors: ['cert_leaked'], reason: 'its key leaked' };
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

it.each([
  ['is told of in a sweep', { mode: 'scheduled' as const }, 'proj_a', ['cert_old']],
  ['is nothing that an emergency was asked for, and does not make it red', EMERGENCY, 'proj_a', []],
  ['is none of a client for whom it is not active', { mode: 'scheduled' as const }, 'proj_b', []],
])('I13: what is on hold and about to expire %s', (_, request, activeIn, expected) => {
  const inventory = inventoryOf([anchor('cert_old', 'acme@2025', 10)], {
    proj_a: [],
    proj_b: [],
    [activeIn]: ['cert_old'],
  });
  const about = { inventory, policy: policyOf({ hold: ['cert_old'] }), now: NOW };
  const found = heldAndDue({ ...about, request, clients: [client('api', 'proj_a', 'cert_old')] });
  expect(found.map((one) => one.anchor)).toEqual(expected);
});
