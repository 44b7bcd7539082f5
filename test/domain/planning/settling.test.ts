import { expect, it } from 'vitest';
import { carriedPlan } from '../../../lambdas/domain/manifest.ts';
import { plan } from '../../../lambdas/domain/planning/plan.ts';
import { anchor, client, inventoryOf, NOW, policyOf } from '../organizations.ts';

const stored = { bucket: 'lists', key: 'list', version: 'v1', digest: 'd' };

/**
 * Returns how many seconds a rotation waits before it moves a client. Its client runs on `running`, with a
 * leaf of `staged` to move to.
 */
function settledFor(soak: string, running: string, staged?: string): number | undefined {
  const decided = plan({
    inventory: inventoryOf([anchor('a1', 'acme@1', 20), anchor('a2', 'acme@2', 400)], { proj_a: ['a1'] }),
    request: { mode: 'scheduled' },
    clients: [client('api', 'proj_a', running, staged)],
    policy: policyOf({ soak }),
    now: NOW,
  });
  expect(decided.decision).toBe('rotate');
  return carriedPlan(decided, { whole: stored, clients: stored, waves: [] }).settleSeconds;
}

it('waits for minutes before it moves anybody: a probe has asked one edge of a host, and the others may hear later (I9)', () => {
  expect(settledFor('P7D', 'a1', 'a2')).toBe(300);
});

it('waits a tenth of the soak at the most', () => {
  expect(settledFor('PT15S', 'a1', 'a2')).toBe(2);
});

it('waits for nothing where nobody is moved', () => {
  expect(settledFor('P7D', 'a2')).toBe(0);
});
