import { describe, expect, it } from 'vitest';
import { rehearse } from '../../rehearsal/rehearse.ts';
import { parseFaults } from '../../simulation/faults/fault-file.ts';
import { inventoryOf } from '../../simulation/inventory/inventory.ts';
import { entry, fileOf, NOW } from '../simulation/inventory/inventories.ts';

const untouched = { lockout: 0, enforcementLost: 0, enforcementGained: 0, unplanned: 0 };

const file = fileOf([entry('old', 'acme@1', { until: 20 }), entry('new', 'acme@2', { until: 400 })], {
  proj_a: ['old'],
});

const struckBy = (faults: unknown, over = {}) => rehearse({ inventory: file, now: NOW, faults, ...over });

describe('a list of faults', () => {
  const parse = (value: unknown) => parseFaults(value, inventoryOf(file), 'the list');

  it('is read with its defaults: the first call, once', () => {
    expect(
      parse([
        { op: 'list', scope: 'organization', fault: '429' },
        { step: 'confirm', nth: 2, times: 'always', fault: 'crash-after' },
        { propagation: 'PT30S' },
        { at: 'verify', outsider: 'delete', anchor: 'new' },
        { clock: '-PT5M', step: 'plan' },
      ]),
    ).toEqual([
      { op: 'list', scope: 'organization', nth: 1, times: 1, fault: '429' },
      { step: 'confirm', nth: 2, times: 'always', fault: 'crash-after' },
      { propagation: 'PT30S', of: 'traffic' },
      { at: 'verify', nth: 1, outsider: 'delete', anchor: 'new' },
      { clock: '-PT5M', step: 'plan' },
    ]);
  });

  it.each([
    ['0.op', { op: 'lisd', fault: 'reset' }],
    ['0.nth', { op: 'list', nth: 0, fault: 'reset' }],
    ['0.times', { op: 'list', times: 'never', fault: 'reset' }],
    ['0.fault', { op: 'list' }],
    ['0.fault', { step: 'plan', fault: 'reset' }],
    ['0.step', { step: 'soak', fault: 'timeout' }],
    ['0.extra', { op: 'list', fault: 'reset', extra: 1 }],
    ['0.scope', { op: 'lease', scope: 'proj_a', fault: 'reset' }],
    ['0.scope', { op: 'list', scope: 'proj_z', fault: 'reset' }],
    ['0.scope', { at: 'plan', outsider: 'activate', anchor: 'new' }],
    ['0.anchor', { at: 'plan', outsider: 'activate', scope: 'proj_a', anchor: 'nobody' }],
    ['0.propagation', { propagation: '-PT5S' }],
    ['0.clock', { clock: '5 minutes' }],
    ['0.clock', { clock: 'P99999999D' }],
    ['0: must have one of the keys', {}],
    ['0: must have one of the keys', 'list'],
  ])('is refused by the path of what is wrong: %s', (path, entry) => {
    expect(() => parse([entry])).toThrow(new RegExp(`^the list is not right: ${path}`));
  });

  it('is refused whole, with every bad field', () => {
    expect(() => parse([{ op: 'x', fault: 'y' }, { clock: '' }])).toThrow(/0\.op.*0\.fault.*1\.clock/);
    expect(() => parse({})).toThrow(/it is no list/);
  });
});

describe('a rehearsal with faults', () => {
  it('rides out one fault of every call and one crash of some steps, and says how often each struck', async () => {
    const ops = ['list', 'activate', 'deactivate', 'retrieve', 'probe', 'secret', 'schedule', 'lease'];
    const kinds = ['timeout', 'reset', 'lost-reply', '429', '500', '503', 'malformed', 'slow'];
    const faults = [
      ...ops.map((op, i) => ({ op, fault: kinds[i] })),
      { op: 'activate', nth: 2, fault: 'crash-before' },
      { op: 'deactivate', nth: 2, fault: 'crash-after' },
      { step: 'plan', fault: 'crash-before' },
      { step: 'confirm', fault: 'crash-after' },
      { step: 'release', fault: 'timeout' },
    ];
    const report = await struckBy(faults);
    expect(report).toMatchObject({ outcome: 'rotated', requests: { failed: 0 }, violations: untouched });
    expect(report.faults).toEqual(faults.map((fault) => ({ nth: 1, times: 1, ...fault, hit: 1 })));
    expect(report.recovery).toEqual({ runs: 1, outcome: 'idle', halt: null, blocked: [] });
  });

  it('reports what changed and who moved though no step ever heard that it was done', async () => {
    const lost = ['activate', 'deactivate', 'secret'].map((op) => ({ op, fault: 'lost-reply' }));
    const late = { propagation: 'PT30S', of: 'listing' };
    const crash = { step: 'promote', fault: 'crash-after' };
    const report = await struckBy([...lost, late, crash]);
    expect(report).toMatchObject({
      outcome: 'rotated',
      scopes: [{ scope: 'proj_a', activated: ['new'], deactivated: ['old'], undone: [], evidence: 'probe' }],
      promoted: ['proj_a-old'],
    });
  });

  it('reports a cut that it took back as undone, and not as one that was confirmed', async () => {
    const anchors = [...file.organization.data, entry('keel', 'keel@1', { until: 300 })];
    const report = await struckBy(
      [{ at: 'confirm', outsider: 'deactivate', scope: 'proj_a', anchor: 'new' }],
      { inventory: fileOf(anchors, { proj_a: ['old', 'keel'] }) },
    );
    expect(report).toMatchObject({
      outcome: 'halted',
      halt: { error: 'SuccessorRefused' },
      scopes: [{ scope: 'proj_a', activated: ['new'], deactivated: [], undone: ['old'], evidence: null }],
    });
  });

  it('halts when a call never works again, and the next sweep finishes the job', async () => {
    const report = await struckBy([{ op: 'deactivate', fault: '503', times: 'always' }]);
    expect(report).toMatchObject({
      outcome: 'halted',
      halt: { error: 'ApiUnavailable' },
      requests: { failed: 0 },
      violations: untouched,
      recovery: { runs: 2, outcome: 'rotated', halt: null },
    });
    expect(report.faults?.[0]?.hit).toBeGreaterThan(50);
  });

  it('is patient with toggles that take effect late, and with clocks that are off', async () => {
    const report = await struckBy([
      { propagation: 'PT30S' },
      { propagation: 'PT1M', of: 'listing' },
      { clock: 'PT5M' },
      { clock: '-PT10M', step: 'confirm' },
    ]);
    expect(report).toMatchObject({ outcome: 'rotated', requests: { failed: 0 }, violations: untouched });
    expect(report.faults?.every(({ hit }) => hit > 0)).toBe(true);
  });

  it('does not count an outsider as Windlass, and says where the API refused one', async () => {
    const report = await struckBy([
      { at: 'plan', outsider: 'delete', anchor: 'old' },
      { at: 'verify', outsider: 'deactivate', scope: 'proj_a', anchor: 'new' },
    ]);
    expect(report).toMatchObject({
      outcome: 'halted',
      halt: { error: 'SuccessorRefused' },
      requests: { failed: 0 },
      violations: untouched,
      faults: [{ hit: 0, refused: expect.stringContaining('proj_a') }, { hit: 1 }],
      recovery: { outcome: 'rotated' },
    });
  });

  it('prepares the clients for what the sweeps rotate after an emergency, too', async () => {
    const beside = fileOf(
      [
        entry('old', 'acme@1', { until: 20 }),
        entry('new', 'acme@2', { until: 400 }),
        entry('top', 'zeta@1', { until: 20 }),
        entry('next', 'zeta@2', { until: 400 }),
      ],
      { proj_a: ['old'], proj_b: ['top'] },
    );
    const report = await struckBy([{ op: 'list', fault: '503' }], {
      inventory: beside,
      request: { mode: 'emergency', anchors: ['old'], reason: 'a drill' },
    });
    expect(report).toMatchObject({
      outcome: 'rotated',
      requests: { failed: 0 },
      violations: untouched,
      recovery: { outcome: 'rotated', halt: null },
    });
  });
});
