import { expect, it } from 'vitest';
import { plan } from '../../../lambdas/domain/planning/plan.ts';
import { anchor, client, inventoryOf, leaf, NOW, policyOf } from '../organizations.ts';

it('I13, I15: where what everybody was moved to is compromised, the way back to the generation before is named', () => {
  const anchors = [anchor('cert_a', 'acme@1', 200), anchor('cert_b', 'acme@2', 400)];
  const moved = { ...client('billing', 'proj_a', 'cert_b'), previous: leaf('before', 'cert_a') };
  const { blocked } = plan({
    ...{ inventory: inventoryOf(anchors, { proj_a: ['cert_a', 'cert_b'] }), policy: policyOf(), now: NOW },
    ...{ request: { mode: 'emergency', anchors: ['cert_b'], reason: 'leaked' }, clients: [moved] },
  } as never);
  expect(blocked[0]?.reason).toContain('stage the leaf again that billing had before (AWSPREVIOUS)');
});
