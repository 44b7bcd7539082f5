import { expect, it } from 'vitest';
import { indexAnchors } from '../../../lambdas/domain/planning/facts.ts';
import { policySchema } from '../../../lambdas/domain/policy.ts';
import { lineageOf } from '../../../lambdas/domain/succession/lineage.ts';
import { pairSuccessions } from '../../../lambdas/domain/succession/pairing.ts';
import { inventoryOf, parseInventory } from '../../../simulation/inventory/inventory.ts';
import { builtinInventory, builtinPolicy } from '../../../simulation/organizations/builtin.ts';

const NOW = 1_900_000_000;
const file = builtinInventory(NOW);
const inventory = inventoryOf(file);
const policy = policySchema.parse(builtinPolicy);
const { pairs, blocked } = pairSuccessions({ inventory, policy, request: { mode: 'scheduled' }, now: NOW });
const { anchors, activeIn } = indexAnchors(inventory);

it('is an inventory that the API could have answered, within its 50 slots', () => {
  expect(parseInventory(JSON.parse(JSON.stringify(file)), 'the built-in organization')).toEqual(file);
  expect(anchors.size).toBeLessThanOrEqual(50);
});

it('has eight projects and more, three authorities and more, and the organization scope', () => {
  expect(inventory.projects.length).toBeGreaterThanOrEqual(8);
  const authorities = new Set([...anchors.values()].map(({ name }) => lineageOf(name)?.authority));
  expect(authorities.size).toBeGreaterThanOrEqual(4);
  expect(pairs.some(({ scopes }) => scopes.includes('organization'))).toBe(true);
});

it('has an anchor in every state', () => {
  const held = policy.hold[0] ?? '';
  expect(activeIn.has(held)).toBe(true);
  expect(blocked.map(({ anchor }) => anchor)).toEqual(
    expect.arrayContaining(['cert_keel_1', 'cert_unnamed']),
  );
  const expired = pairs.filter(({ retiring }) => retiring.expiresAt <= NOW);
  const expiring = pairs.filter(({ retiring }) => retiring.expiresAt > NOW);
  const staged = pairs.filter(({ successor }) => !activeIn.has(successor.anchorId));
  const healthy = pairs.filter(({ successor }) => activeIn.has(successor.anchorId));
  for (const some of [expired, expiring, staged, healthy]) expect(some.length).toBeGreaterThan(0);
  expect([...anchors.values()].some(({ name }) => name === null)).toBe(true);
});

it('has keyless clients on anchors that retire: of a project, and of the organization (F17)', () => {
  const keyless = file.clients?.filter((client) => client.keyless) ?? [];
  const scopesOf = (anchor: string) =>
    pairs.find(({ retiring }) => retiring.anchorId === anchor)?.scopes ?? [];
  const scopes = keyless.flatMap(({ anchor }) => scopesOf(anchor));
  expect(scopes).toContain('organization');
  expect(scopes.some((scope) => scope.startsWith('proj_'))).toBe(true);
});

it('has a scope with more than ten anchors to toggle, and one that nobody ever gave an anchor', () => {
  const stores = pairs.filter(({ scopes }) => scopes.includes('proj_stores'));
  expect(stores.length).toBeGreaterThan(10);
  const bare = inventory.projects.filter(({ anchors }) => !anchors.some(({ active }) => active));
  expect(bare.length).toBeGreaterThan(0);
});
