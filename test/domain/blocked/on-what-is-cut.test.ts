import { expect, it } from 'vitest';
import { withBeside } from '../../../lambdas/domain/blocked/on-what-is-cut.ts';
import type { PlanningFacts } from '../../../lambdas/domain/planning/facts.ts';
import { anchor, client, inventoryOf, NOW, policyOf } from '../organizations.ts';

const [keel0, keel1] = [anchor('keel0', 'keel@1', 20), anchor('keel1', 'keel@2', 400)];
const cut = [{ authority: 'keel', retiring: keel0, successor: keel1, scopes: ['proj_a'] }];
const inventory = inventoryOf([keel0, keel1], { proj_a: ['keel0'] });
const facts: PlanningFacts = { inventory, now: NOW, policy: policyOf(), request: { mode: 'scheduled' } };

it.each([
  ['waits for no check of a client that it takes nothing from', 'acme0', true],
  [
    'waits for every check of a client that runs on what it cuts, though that one is of a cut that is held',
    'keel0',
    undefined,
  ],
])('I1, I17: a cut %s', (_, running, beside) => {
  const [check] = withBeside(
    [{ client: 'api', project: 'proj_a', secret: 'secret/api', successor: 'acme1', leaf: 'leaf' }],
    cut,
    'proj_a',
    [client('api', 'proj_a', running)],
    { isUnread: () => false, facts },
  );
  expect(check?.beside).toBe(beside);
});
