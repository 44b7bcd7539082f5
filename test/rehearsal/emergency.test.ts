import { beforeAll, describe, expect, it } from 'vitest';
import { rehearse } from '../../rehearsal/rehearse.ts';
import type { Report } from '../../rehearsal/report.ts';
import type { RehearsalEvent } from '../../simulation/log/progress.ts';
import { entry, fileOf, NOW } from '../simulation/inventory/inventories.ts';

const anchors = [
  entry('bad', 'acme@1', { until: 300 }),
  entry('good', 'acme@2', { until: 400 }),
  entry('other', 'zeta@1', { until: 300 }),
];
const inventory = fileOf(anchors, { organization: ['bad'], proj_a: ['other', 'bad'], proj_b: [] });
const request = { mode: 'emergency', anchors: ['bad'], reason: 'its key is in a repository' };

describe('an emergency in which nothing goes wrong', () => {
  const told: RehearsalEvent[] = [];
  let report: Report;
  beforeAll(async () => {
    report = await rehearse({ inventory, request, now: NOW, tell: (event) => told.push(event) });
  });

  it('cuts the named anchor without a soak, and nobody else notices', () => {
    expect(report).toMatchObject({
      ...{ outcome: 'rotated', requests: { failed: 0 } },
      violations: { lockout: 0, enforcementLost: 0, enforcementGained: 0, unplanned: 0 },
    });
    expect(report.scopes.map(({ scope, deactivated }) => [scope, deactivated])).toEqual([
      // Each scope goes by itself, and the organization begins: a leaked key reaches every project by it
      // (I16).
      ['organization', ['bad']],
      ['proj_a', ['bad']],
    ]);
    expect(told.some(({ kind }) => kind === 'soaking')).toBe(false);
  });

  it('has whoever has the leaked key try every project until the end, and says where it got in and until when', () => {
    const begun = NOW * 1000;
    const { outcome, attacks, violations } = report;
    expect(outcome).toBe('rotated');
    expect(violations).toMatchObject({ leakedKeyAccepted: 0 });
    const [attack] = attacks ?? [];
    expect(attack?.gotIn.map(({ project }) => project).sort()).toEqual(['proj_a', 'proj_b']);
    for (const { until } of attack?.gotIn ?? []) expect(Date.parse(until ?? '')).toBeGreaterThan(begun);
  });

  it('has nobody keep a token where nobody is keyless, and says nothing of tokens', () => {
    expect(report.attacks).toMatchObject([{ tokensUntil: null }]);
    expect(report.tokensUntil).toBeUndefined();
  });
});

describe('whoever has the leaked key, in an emergency', () => {
  it('fails the rehearsal by name where it still gets in though the emergency ended green', async () => {
    const { outcome, attacks, violations } = await rehearse({
      inventory,
      request,
      now: NOW,
      // Somebody trusts the leaked key again, after everything was proven and before the run ends.
      intercept: (organization) => ({
        aws({ service }) {
          if (service === 'scheduler') organization.toggle('proj_b', 'activate', ['bad'], 'outsider');
          return undefined;
        },
      }),
    });
    expect(outcome).toBe('rotated');
    expect(attacks?.[0]?.gotIn.filter(({ until }) => until === null)).toMatchObject([{ project: 'proj_b' }]);
    expect(violations).toMatchObject({ leakedKeyAccepted: 1 });
  });

  it('is not told from anybody else where a project enforces nothing', async () => {
    const file = fileOf(anchors, { proj_a: ['bad'], proj_open: [] });
    const { attacks, violations } = await rehearse({ inventory: file, request, now: NOW });
    expect(attacks?.[0]?.gotIn).toMatchObject([{ project: 'proj_a', until: expect.any(String) }]);
    expect(violations).toMatchObject({ leakedKeyAccepted: 0 });
  });
});

describe('whoever has the leaked key of a keyless client’s anchor', () => {
  it('keeps a token for an hour at the most, and no longer than the report says (F17)', async () => {
    const file = { ...inventory, clients: [{ project: 'proj_b', anchor: 'bad', keyless: true }] };
    const { outcome, attacks, tokensUntil, violations, requests } = await rehearse({
      ...{ inventory: file, request, now: NOW },
    });
    expect(outcome).toBe('rotated');
    expect(requests.failed).toBe(0);
    expect(violations).toMatchObject({ leakedKeyAccepted: 0, tokensOutlived: 0 });
    const stolen = Date.parse(attacks?.[0]?.tokensUntil ?? '');
    expect(stolen).toBeGreaterThanOrEqual((NOW + 3_600) * 1000);
    expect(stolen).toBeLessThanOrEqual(Date.parse(tokensUntil ?? ''));
  });
});

it('a scheduled rotation has no attacker', async () => {
  const report = await rehearse({ inventory: fileOf([...anchors], { proj_a: ['other'] }), now: NOW });
  expect(report.attacks).toBeUndefined();
  expect(report.violations).not.toHaveProperty('leakedKeyAccepted');
});
