import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { checkNames } from '../../lambdas/domain/planning/names.ts';
import { policySchema } from '../../lambdas/domain/policy.ts';
import { requestSchema } from '../../lambdas/domain/request.ts';
import { pairSuccessions } from '../../lambdas/domain/succession/pairing.ts';
import { parseFilters } from '../../rehearsal/simulate/filters-file.ts';
import { withResidencies } from '../../rehearsal/simulate/residencies-file.ts';
import { parseFaults } from '../../simulation/faults/fault-file.ts';
import { inventoryOf, parseInventory } from '../../simulation/inventory/inventory.ts';
import { sampleAnchors, sampleProjects } from '../../simulation/organizations/sample-organization.ts';

const example = (name: string) => readFileSync(join(import.meta.dirname, '../../examples', name), 'utf8');

const file = parseInventory(JSON.parse(example('inventory.json')), 'inventory.json');
const inventory = inventoryOf(file);
const policy = policySchema.parse(JSON.parse(example('policy.json')));
const emergency = requestSchema.parse(JSON.parse(example('emergency.json')));
const now = Date.parse('2026-11-02') / 1000;

describe('the examples', () => {
  it('are of one organization: the policy and the emergency name what the inventory has', () => {
    expect(() => checkNames({ inventory, policy, request: emergency, now, clients: [] })).not.toThrow();
    expect(parseFaults(JSON.parse(example('faults.json')), inventory, 'faults.json')).not.toEqual([]);
  });

  it('have something to rotate on their day, and nothing that blocks', () => {
    const { pairs, blocked } = pairSuccessions({ inventory, policy, request: { mode: 'scheduled' }, now });
    expect(blocked).toEqual([]);
    expect(pairs.map(({ retiring, successor }) => [retiring.anchorId, successor.anchorId]).sort()).toEqual([
      ['cert_harbor_2025', 'cert_harbor_2026'],
      ['cert_northgate_2025', 'cert_northgate_2026'],
    ]);
  });

  it('have an emergency for an anchor that is active and has a successor', () => {
    const { pairs, blocked } = pairSuccessions({ inventory, policy, request: emergency, now });
    expect({ pairs: pairs.length, blocked }).toEqual({ pairs: 1, blocked: [] });
  });

  it('have filters of the anchors that the simulated organization has', async () => {
    const anchors = await sampleAnchors(now);
    const filters = JSON.parse(example('filters.json'));
    expect(
      parseFilters(
        filters,
        anchors.map(({ anchor }) => anchor.id),
        'filters.json',
      ),
    ).toEqual(filters);
  });

  it('have residencies of the projects that the simulated organization has', () => {
    const residencies = JSON.parse(example('residency.json'));
    const projects = withResidencies(sampleProjects(), residencies, 'residency.json');
    expect(projects.filter(({ residency }) => residency)).toHaveLength(1);
  });

  it('are written as `windlass export` writes an inventory: whole lists, their ends named', () => {
    const { organization, projects } = JSON.parse(example('inventory.json'));
    for (const list of [organization, ...projects.map((one: { certificates: object }) => one.certificates)])
      expect(list).toMatchObject({
        object: 'list',
        first_id: list.data[0].id,
        last_id: list.data.at(-1).id,
        has_more: false,
      });
  });
});
