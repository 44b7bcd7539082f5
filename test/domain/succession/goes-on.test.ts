import { expect, it } from 'vitest';
import { instant } from '../../../lambdas/domain/instant.ts';
import { plan } from '../../../lambdas/domain/planning/plan.ts';
import { anchor, client, DAY, inventoryOf, leaf, NOW, policyOf } from '../organizations.ts';

/**
 * A pair that was begun has moved search from a1 to a2, and somebody has deactivated a2 since. Billing has a
 * leaf of a3 staged. In the projects of `left`, a1 is still active.
 */
function planned(left: string[]) {
  const anchors = [anchor('a1', 'acme@1', 25), anchor('a2', 'acme@2', 400), anchor('a3', 'acme@3', 500)];
  const active = { proj_a: ['a1'], proj_b: left.includes('proj_b') ? ['a1'] : [] };
  return plan({
    inventory: inventoryOf(anchors, active),
    ...{ request: { mode: 'scheduled' }, policy: policyOf(), now: NOW },
    memory: {
      begun: [{ retiring: 'a1', successor: 'a2', begunAt: instant(NOW - 2 * DAY) }],
      ...{ soaks: [], cuts: [] },
    },
    clients: [
      client('billing', 'proj_a', 'a1', 'a3'),
      { ...client('search', 'proj_b', 'a2'), previous: leaf('p', 'a1') },
    ],
  } as never);
}

it('rule 2: a pair that was begun goes on while a scope is left in which somebody was moved by it', () => {
  expect(planned(['proj_a', 'proj_b']).successions).toMatchObject([{ retiring: 'a1', successor: 'a2' }]);
});

it('rule 2, I17: where it is over for all whom it has moved, whoever is left chooses anew', () => {
  const { successions, promotions } = planned(['proj_a']);
  expect(successions).toMatchObject([{ retiring: 'a1', successor: 'a3' }]);
  expect(promotions).toMatchObject([{ client: 'billing' }]);
});
