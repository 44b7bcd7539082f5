import { expect, it } from 'vitest';
import { OTHERS_KEY } from '../../../lambdas/domain/leaf/problems.ts';
import { plan } from '../../../lambdas/domain/planning/plan.ts';
import { anchor, client, DAY, inventoryOf, leaf, NOW, policyOf } from '../organizations.ts';

it('rule 2, I13: whose staged leaf nobody can use is not told that nothing is to be done until its anchor begins', () => {
  const next = { ...anchor('cert_next', 'acme@2027', 400), validAt: NOW + 10 * DAY };
  const staged = { ...leaf('mixed up', 'cert_next'), validUntil: {}, problems: [OTHERS_KEY] };
  const { blocked } = plan({
    inventory: inventoryOf(
      [anchor('cert_old', 'acme@2025', 15), anchor('cert_fit', 'acme@2026', 300), next],
      {
        proj_a: ['cert_old'],
      },
    ),
    ...{ policy: policyOf({}), request: { mode: 'scheduled' }, now: NOW },
    clients: [{ ...client('billing', 'proj_a', 'cert_old'), staged }],
  });
  expect(blocked.map(({ reason }) => reason).join()).not.toContain('nothing is to be done until then');
});
