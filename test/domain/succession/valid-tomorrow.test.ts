import { expect, it } from 'vitest';
import { plan } from '../../../lambdas/domain/planning/plan.ts';
import { anchor, client, DAY, inventoryOf, NOW, policyOf } from '../organizations.ts';

it('rule 2, I13: whose leaf of the next generation is staged, and begins to be valid tomorrow, is not told to stage one of an anchor that ends two days after the retiring one', () => {
  const next = { ...anchor('cert_next', 'acme@2027', 400), validAt: NOW + DAY };
  const planned = plan({
    inventory: inventoryOf(
      [anchor('cert_old', 'acme@2025', 20), anchor('cert_sibling', 'acme@2026', 22), next],
      {
        proj_a: ['cert_old'],
        proj_b: ['cert_sibling'],
      },
    ),
    ...{ policy: policyOf({}), request: { mode: 'scheduled' }, now: NOW },
    clients: [
      client('billing', 'proj_a', 'cert_old', 'cert_next'),
      client('search', 'proj_b', 'cert_sibling', 'cert_next'),
    ],
  });
  const told = planned.blocked.filter((one) => one.anchor === 'cert_old');
  // It only has to wait until the day after, and so does whoever is called.
  expect(told.map(({ reason }) => reason).join()).not.toContain(
    'stage a leaf for client billing that chains to cert_sibling',
  );
  expect(told).toMatchObject([{ readyAt: NOW + DAY }]);
});
