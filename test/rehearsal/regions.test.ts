import { expect, it } from 'vitest';
import { rehearse } from '../../rehearsal/rehearse.ts';
import { entry, fileOf, NOW } from '../simulation/inventory/inventories.ts';

const rotation = fileOf([entry('old', 'acme@1', { until: 10 }), entry('new', 'acme@2', { until: 400 })], {
  ...{ organization: ['old'], proj_a: ['old'], proj_b: ['old'], proj_c: ['old'] },
});
const residencies = ['GLOBAL', 'EU_STORAGE_PROCESSING', 'US_STORAGE_PROCESSING'];
const inventory = {
  ...rotation,
  projects: rotation.projects.map((project, i) => ({ ...project, residency: residencies[i] ?? null })),
};

it('projects with their data in regions are rotated, each client by the host that answers it (F10)', async () => {
  const { outcome, requests, scopes } = await rehearse({ inventory, now: NOW });
  expect({ outcome, failed: requests.failed, scopes: scopes.length }).toEqual({
    ...{ outcome: 'rotated', failed: 0, scopes: 4 },
  });
});
