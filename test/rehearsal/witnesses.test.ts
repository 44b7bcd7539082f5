import { expect, it } from 'vitest';
import { rehearse } from '../../rehearsal/rehearse.ts';
import { entry, fileOf, NOW } from '../simulation/inventory/inventories.ts';

const FILTER = 'subject.organization == "Simulated workloads"';

it('a successor without the filter of its predecessor halts the rotation, and is taken back before any client moves (F16)', async () => {
  const anchors = [
    { ...entry('old', 'acme@1', { until: 10 }), filter: FILTER },
    entry('new', 'acme@2', { until: 400 }),
  ];
  const inventory = {
    ...fileOf(anchors, { proj_a: ['old'] }),
    mustRefuse: [{ project: 'proj_a', anchor: 'new' }],
  };
  const { outcome, halt, scopes, promoted, keptOut, requests, violations } = await rehearse({
    inventory,
    now: NOW,
  });
  expect({ outcome, error: halt?.error, promoted, keptOut }).toEqual({
    outcome: 'halted',
    error: 'TrustWidened',
    promoted: [],
    keptOut: [],
  });
  expect(halt?.cause).toContain('new was deactivated in proj_a again');
  expect(scopes).toMatchObject([{ scope: 'proj_a', activated: [], undone: ['new'] }]);
  expect(requests.failed).toBe(0);
  expect(Object.values(violations).every((count) => count === 0)).toBe(true);
});
