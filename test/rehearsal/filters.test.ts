import { expect, it } from 'vitest';
import { rehearse } from '../../rehearsal/rehearse.ts';
import { entry, fileOf, NOW } from '../simulation/inventory/inventories.ts';

const OURS = 'subject.organization == "Simulated workloads"';

/** An anchor with a filter, and its successor with another filter or with none. */
const rotation = (successor: { filter?: string }) =>
  fileOf(
    [
      { ...entry('old', 'acme@1', { until: 10 }), filter: OURS },
      { ...entry('new', 'acme@2', { until: 400 }), ...successor },
    ],
    { proj_a: ['old'] },
  );

it('a successor with the filter of its predecessor takes its place', async () => {
  const { outcome, requests } = await rehearse({ inventory: rotation({ filter: OURS }), now: NOW });
  expect({ outcome, failed: requests.failed }).toEqual({ outcome: 'rotated', failed: 0 });
});

it('a successor with the wrong filter is refused by the proof, in its own words, and nobody is moved (F16)', async () => {
  const inventory = rotation({ filter: 'subject.organization == "Another company"' });
  const { outcome, halt, promoted, requests } = await rehearse({ inventory, now: NOW });
  expect({ outcome, promoted, failed: requests.failed }).toEqual({
    outcome: 'halted',
    promoted: [],
    failed: 0,
  });
  expect(halt?.error).toBe('SuccessorRefused');
  expect(halt?.cause).toContain("the successor's filter refuses the leaf");
});

it('a successor without a filter lets in whom its predecessor kept out, and no call shows it (F16)', async () => {
  const { outcome, warnings } = await rehearse({ inventory: rotation({}), now: NOW });
  expect({ outcome, warnings }).toEqual({ outcome: 'rotated', warnings: [] });
});
