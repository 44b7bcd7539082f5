import { readdir } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest';
import { type RehearseOptions, rehearse } from '../../rehearsal/rehearse.ts';
import type { Report } from '../../rehearsal/report.ts';
import type { RehearsalEvent } from '../../simulation/log/progress.ts';
import { DAY, entry, fileOf, NOW } from '../simulation/inventory/inventories.ts';

const untouched = { lockout: 0, enforcementLost: 0, enforcementGained: 0, unplanned: 0 };

/** Rehearses at {@link NOW} and returns the report and the events. */
async function rehearsed(options: RehearseOptions): Promise<{ report: Report; told: RehearsalEvent[] }> {
  const told: RehearsalEvent[] = [];
  const report = await rehearse({ now: NOW, tell: (event) => told.push(event), ...options });
  return { report, told };
}

const old = entry('old', 'acme@1', { until: 10 });
const next = entry('new', 'acme@2', { until: 400 });

describe('the built-in organization', () => {
  let report: Report;
  let told: RehearsalEvent[];
  beforeAll(async () => {
    ({ report, told } = await rehearsed({}));
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
    // The successor northgate@8 expires 355 days later, and is due a lead time before that.
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

describe('other ends', () => {
  it('an organization where nothing is due ends idle, with the next run scheduled', async () => {
    vi.stubEnv('WINDLASS_SHARED_ASSEMBLIES', '');
    onTestFinished(() => void vi.unstubAllEnvs());
    const { report } = await rehearsed({ inventory: fileOf([next], { organization: ['new'], proj_a: [] }) });
    expect(report).toMatchObject({ outcome: 'idle', successions: [], scopes: [], violations: untouched });
    expect(report.nextRotationAt).toBe(new Date((NOW + 370 * DAY) * 1000).toISOString());
    expect(report.calls).toMatchObject({ activate: 0, deactivate: 0 });
  });

  it('an anchor that is due one second later is not due yet, however long everything takes to start', async () => {
    const policy = { leadTime: 'P30D' };
    const due = entry('due', 'acme@1', { until: 30 });
    due.certificate_details.expires_at = NOW + 30 * DAY + 1;
    const { report } = await rehearsed({ policy, inventory: fileOf([due, next], { proj_a: ['due'] }) });
    expect(report).toMatchObject({ outcome: 'idle', blocked: [] });
  });

  it('an organization where all that is due is blocked ends blocked, untouched, with what to do', async () => {
    const { report } = await rehearsed({ inventory: fileOf([old], { proj_a: ['old'], proj_b: [] }) });
    expect(report).toMatchObject({ outcome: 'blocked', halt: null, requests: { failed: 0 } });
    expect(report.blocked).toMatchObject([{ anchor: 'old', reason: expect.stringContaining('upload') }]);
    expect(report.calls).toMatchObject({ activate: 0, deactivate: 0 });
  });

  it('a successor that the hosts refuse halts the rotation before anybody is moved', async () => {
    const { report, told } = await rehearsed({
      inventory: fileOf([old, next], { proj_a: ['old'] }),
      intercept: (organization) => {
        let [activated, believed] = [false, false];
        return {
          api({ op }) {
            believed ||= activated && op === 'list';
            activated ||= op === 'activate';
            return undefined;
          },
          traffic() {
            // Somebody deactivates the successor, right after Activate has seen it listed as active.
            if (believed) organization.toggle('proj_a', 'deactivate', ['new'], 'outsider');
            return undefined;
          },
        };
      },
    });
    expect(report).toMatchObject({
      outcome: 'halted',
      promoted: [],
      requests: { failed: 0 },
      violations: untouched,
    });
    expect(report.halt?.error).toBe('SuccessorRefused');
    expect(report.halt?.cause).not.toContain('trace');
    expect(told.some((event) => event.kind === 'step' && event.outcome === 'retried')).toBe(true);
  });

  it('a request that is no request halts at Plan, naming every bad field', async () => {
    const { report } = await rehearsed({
      inventory: fileOf([old, next], { proj_a: ['old'] }),
      request: { mode: 'emergency', anchors: [] },
    });
    expect(report).toMatchObject({
      outcome: 'halted',
      halt: { error: 'InvalidRequest' },
      requests: { failed: 0 },
    });
    expect(report.halt?.cause).toContain('anchors');
    expect(report.halt?.cause).toContain('reason');
  });

  it('an anchor that runs out during the soak of another takes its client along without a failed request', async () => {
    const dying = entry('dying', 'keel@1', { until: 3 });
    const { report } = await rehearsed({
      inventory: fileOf([old, next, dying], { proj_a: ['old'], proj_b: ['dying'] }),
    });
    expect(report).toMatchObject({ outcome: 'rotated', requests: { failed: 0 } });
    expect(report.blocked).toMatchObject([{ anchor: 'dying' }]);
  });
});

describe('what does not start', () => {
  it('a policy with mistakes is refused, all of them by their paths', async () => {
    const policy = { soak: 'a week', concurrency: 0 };
    await expect(rehearsed({ policy })).rejects.toMatchObject({
      name: 'InvalidInput',
      message: expect.stringMatching(/soak: .*concurrency: /s),
    });
  });
});

describe('when it is stopped', () => {
  // This rehearsal has an assembly of its own, which only its end removes.
  beforeAll(() => void vi.stubEnv('WINDLASS_SHARED_ASSEMBLIES', ''));
  it('it ends with the reason it was given', async () => {
    const controller = new AbortController();
    const reason = new Error('enough');
    const running = rehearse({
      inventory: fileOf([old, next], { proj_a: ['old'] }),
      now: NOW,
      signal: controller.signal,
      tell: ({ kind }) => void (kind === 'soaking' && controller.abort(reason)),
    });
    await expect(running).rejects.toBe(reason);
  });
});

afterAll(async () => {
  // Nothing is left behind: the assemblies of this process are gone.
  const left = await readdir('cdk.out').catch(() => []);
  expect(left.filter((name) => name.startsWith(`rehearsal-${process.pid}-`))).toEqual([]);
});
