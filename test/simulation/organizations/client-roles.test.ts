import { expect, it } from 'vitest';
import { inventoryOf } from '../../../simulation/inventory/inventory.ts';
import { rolesOf } from '../../../simulation/organizations/client-roles.ts';
import { entry, fileOf, NOW } from '../inventory/inventories.ts';

const anchors = [entry('acme', 'acme@1', { until: 200 }), entry('own', 'own@1', { until: 200 })];
const projects = ['a', 'b', 'c', 'd'].map((one) => `proj_${one}`);
const everywhere = Object.fromEntries(projects.map((project) => [project, ['own']]));
const inventory = inventoryOf(fileOf(anchors, { ...everywhere, organization: ['acme'] }));
const namesOf = (...args: Parameters<typeof rolesOf>) => rolesOf(...args).map(({ name }) => name);

it('a client that the file states is there, also where nobody would be made up', () => {
  const stated = [{ project: 'proj_d', anchor: 'acme' }];
  expect(namesOf(inventory, [], NOW)).not.toContain('proj_d-acme');
  expect(namesOf(inventory, [], NOW, { stated })).toEqual(
    expect.arrayContaining([...namesOf(inventory, [], NOW), 'proj_d-acme']),
  );
  expect(namesOf(inventory, [], NOW, { stated, mostWitnesses: 0 })).toEqual(['proj_d-acme']);
});
