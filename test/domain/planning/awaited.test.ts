import { expect, it } from 'vitest';
import { plan } from '../../../lambdas/domain/planning/plan.ts';
import { anchor, client, inventoryOf, leaf, NOW, policyOf } from '../organizations.ts';

/**
 * Returns the plan where one client's secret is gone. Billing's leaf leads to `by` and to cert_new, the
 * renewal of the retiring anchor.
 */
function planned(active: readonly string[], by = 'cert_old') {
  const anchors = [
    anchor('cert_old', 'acme@1', 10),
    anchor('cert_new', 'acme@2', 400),
    anchor('cert_other', 'other@1', 400),
  ];
  const inventory = inventoryOf(anchors, { proj_a: [...active] });
  const one = leaf('billing', by, 'cert_new');
  const clients = [
    { ...client('billing', 'proj_a'), running: one, staged: one },
    { ...client('gone', 'proj_a'), running: { unknown: 'SecretMissing: no such secret' } },
  ];
  const request = { mode: 'scheduled' as const };
  return plan({ inventory, policy: policyOf(), request, now: NOW, clients, keys: undefined } as never);
}

it('I17: a successor is activated for whoever has a leaf of it already, though every cut is held up and nobody moves', () => {
  const { decision, waves, promotions, blocked } = planned(['cert_old']);
  expect(decision).toBe('rotate');
  const scopes = waves.flatMap(({ scopes }) => scopes);
  expect(scopes.map(({ scope, successions }) => [scope, successions])).toEqual([
    ['proj_a', [expect.objectContaining({ successor: 'cert_new', held: true })]],
  ]);
  expect(promotions.filter((one) => one.client !== 'billing')).toEqual([]);
  expect(blocked.map((one) => one.client)).toEqual(['gone']);
});

it('rule 3: once it is active, a run could only say what is blocked', () => {
  expect(planned(['cert_old', 'cert_new']).decision).toBe('blocked');
});

it('rule 3: nor is it activated for who gets in by another, whatever becomes of the retiring anchor', () => {
  expect(planned(['cert_old', 'cert_other'], 'cert_other').decision).toBe('blocked');
});

it('the control: it is for who gets in by nothing', () => {
  expect(planned(['cert_old'], 'cert_other').decision).toBe('rotate');
});
