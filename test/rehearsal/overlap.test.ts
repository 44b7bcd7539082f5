import { beforeAll, describe, expect, it } from 'vitest';
import { type Overlap, rehearseOverlap } from '../../rehearsal/overlap.ts';
import { DAY, entry, fileOf, NOW } from '../simulation/inventory/inventories.ts';

const untouched = { lockout: 0, enforcementLost: 0, enforcementGained: 0, unplanned: 0 };

const file = fileOf(
  [
    entry('bad', 'acme@1', { until: 20 }),
    entry('good', 'acme@2', { until: 400 }),
    entry('other', 'zeta@1', { until: 20 }),
    entry('next', 'zeta@2', { until: 400 }),
  ],
  { organization: ['bad'], proj_a: ['bad', 'other'], proj_b: [] },
);

describe('an emergency in the middle of a scheduled soak', () => {
  let overlap: Overlap;
  beforeAll(async () => {
    overlap = await rehearseOverlap({
      inventory: file,
      now: NOW,
      emergency: { anchors: ['bad'], reason: 'its key is in a repository' },
    });
  });

  it('takes over at once and cuts what it names, with days of the soak left', () => {
    expect(overlap.emergency).toMatchObject({ outcome: 'rotated', halt: null });
    expect(overlap.emergency.scopes.map(({ scope, deactivated }) => [scope, deactivated])).toEqual([
      ['organization', ['bad']],
      ['proj_a', ['bad']],
    ]);
    expect(overlap.tookSeconds).toBeLessThan(3600);
    expect(overlap.soakLeftSeconds).toBeGreaterThan(3 * DAY);
  });

  it('leaves the older execution to halt as superseded, without a change of its own', () => {
    expect(overlap.scheduled).toMatchObject({ outcome: 'halted', halt: { error: 'Superseded' } });
    expect(overlap.scheduled.scopes.flatMap(({ deactivated }) => deactivated)).toEqual([]);
  });

  it('lets no request fail, and violates nothing', () => {
    expect(overlap.emergency.requests).toMatchObject({ failed: 0 });
    expect(overlap.emergency.requests.sent).toBeGreaterThan(100);
    expect(overlap.emergency.violations).toEqual({ ...untouched, leakedKeyAccepted: 0, tokensOutlived: 0 });
  });

  it('turns the leaked key away everywhere: whoever has it tries until the end', () => {
    const [attack] = overlap.emergency.attacks ?? [];
    expect(attack).toMatchObject({ anchor: 'bad' });
    expect(attack?.gotIn.map(({ project }) => project)).toEqual(expect.arrayContaining(['proj_a', 'proj_b']));
    expect(attack?.gotIn.filter(({ until }) => until === null)).toEqual([]);
    expect(overlap.scheduled.attacks).toBeUndefined();
  });

  it('leaves the rest to the next sweep, which finishes it', () => {
    expect(overlap.recovery).toEqual({ runs: 2, outcome: 'rotated', halt: null, blocked: [] });
  });
});

it('an emergency over all that soaks leaves the older execution nothing, and that one halts all the same', async () => {
  const overlap = await rehearseOverlap({
    inventory: fileOf([entry('bad', 'acme@1', { until: 20 }), entry('good', 'acme@2', { until: 400 })], {
      proj_a: ['bad'],
    }),
    now: NOW,
    emergency: { anchors: ['bad'], reason: 'its key is in a repository' },
  });
  expect(overlap.scheduled).toMatchObject({ outcome: 'halted', halt: { error: 'Superseded' } });
  expect(overlap.emergency).toMatchObject({
    outcome: 'rotated',
    requests: { failed: 0 },
    violations: untouched,
  });
  expect(overlap.recovery).toMatchObject({ outcome: 'idle' });
});
