import { readdir } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { rehearse } from '../../rehearsal/rehearse.ts';
import type { Report } from '../../rehearsal/report.ts';
import type { RehearsalEvent } from '../../simulation/log/progress.ts';
import { DAY, NOW } from '../simulation/inventory/inventories.ts';

const untouched = { lockout: 0, enforcementLost: 0, enforcementGained: 0, unplanned: 0 };

describe('the built-in organization', () => {
  let report: Report;
  const told: RehearsalEvent[] = [];
  beforeAll(async () => {
    report = await rehearse({ now: NOW, tell: (event) => told.push(event) });
  });

  it('is rotated, and what is blocked is reported with it', () => {
    expect(report).toMatchObject({ outcome: 'rotated', halt: null });
    expect(report.blocked.map(({ anchor }) => anchor)).toEqual(
      expect.arrayContaining(['cert_keel_1', 'cert_unnamed']),
    );
    expect(report.successions.length).toBeGreaterThan(10);
  });

  it('lets no request fail, and violates nothing', () => {
    expect(report.requests.failed).toBe(0);
    expect(report.requests.sent).toBeGreaterThanOrEqual(2000);
    expect(report.violations).toEqual(untouched);
  });

  it('toggles more than ten anchors of one scope in batches', () => {
    const stores = report.scopes.find(({ scope }) => scope === 'proj_stores');
    expect(stores).toMatchObject({ activated: ['cert_beacon_all'], evidence: 'probe' });
    expect(stores?.deactivated).toHaveLength(12);
    expect(report.calls.deactivate).toBe(report.scopes.length + 1);
  });

  it('goes canary first and organization last, in both halves', () => {
    const order = (step: string) =>
      told.flatMap((event) => (event.kind === 'step' && event.step === step ? [event.wave] : []));
    for (const step of ['Activate new anchors', 'Deactivate retiring anchors']) {
      const waves = order(step);
      expect([waves[0], waves.at(-1)]).toEqual(['canary', 'organization']);
    }
  });

  it('promotes every client of a retiring anchor, the one that was locked out too', () => {
    expect(report.promoted).toContain('proj_legacy-cert_northgate_6');
    expect(report.promoted).toContain('proj_stores-cert_beacon_shop12');
    expect(report.promoted.some((client) => client.includes('appliance'))).toBe(false);
  });

  it('sets the schedule for the next anchor that will be due', () => {
    // The successor northgate@8 expires 355 days on, and is due a lead time before that.
    expect(report.nextRotationAt).toBe(new Date((NOW + 325 * DAY) * 1000).toISOString());
  });

  it('tells the sentence in its order, the soak and the traffic', () => {
    const kinds = new Set(told.map(({ kind }) => kind));
    expect([...kinds]).toEqual(
      expect.arrayContaining([
        'preparing',
        'prepared',
        'planned',
        'entered',
        'step',
        'soaking',
        'traffic',
        'ended',
      ]),
    );
    const soak = told.find((event) => event.kind === 'soaking');
    expect(Date.parse(soak?.until ?? '') - Date.parse(soak?.from ?? '')).toBeGreaterThan(6.9 * DAY * 1000);
    expect(report.stateTransitions).toBeGreaterThan(40);
  });
});

afterAll(async () => {
  // Nothing is left behind: the assemblies of this process are gone.
  const left = await readdir('cdk.out').catch(() => []);
  expect(left.filter((name) => name.startsWith(`rehearsal-${process.pid}-`))).toEqual([]);
});
