import { expect, it } from 'vitest';
import { renderReport } from '../../bin/rehearsal/report.ts';
import { rehearse } from '../../rehearsal/rehearse.ts';
import type { Habit } from '../../simulation/workloads/habit.ts';
import { entry, fileOf, NOW } from '../simulation/inventory/inventories.ts';

const anchors = [entry('old', 'acme@1', { until: 10 }), entry('new', 'acme@2', { until: 400 })];
const withHabits = (clients: { project: string; anchor: string; habit: Habit }[]) => ({
  ...fileOf(anchors, { proj_a: ['old'], proj_b: ['old'], proj_c: ['old'] }),
  clients,
});

it('a workload that never reads its secret again is locked out by the cut, and the report says why', async () => {
  const inventory = withHabits([{ project: 'proj_b', anchor: 'old', habit: 'never' }]);
  const { outcome, requests, lockedOut, violations } = await rehearse({ inventory, now: NOW });
  // The rotation did what it could: no secret and no listing tells what a workload has in its memory.
  expect(outcome).toBe('rotated');
  expect(Object.values(violations).every((count) => count === 0)).toBe(true);
  expect(lockedOut).toEqual([
    { client: 'proj_b-old', project: 'proj_b', habit: 'never', since: expect.any(String), isUnread: true },
  ]);
  expect(requests.failed).toBeGreaterThan(0);
});

it('a soak is long enough for workloads that read hourly or only on a refusal', async () => {
  const inventory = withHabits([
    { project: 'proj_a', anchor: 'old', habit: 'hourly' },
    { project: 'proj_b', anchor: 'old', habit: 'refusal' },
  ]);
  const { outcome, requests, lockedOut } = await rehearse({ inventory, now: NOW });
  expect({ outcome, failed: requests.failed, lockedOut }).toEqual({
    outcome: 'rotated',
    failed: 0,
    lockedOut: [],
  });
});

it('an emergency has no soak: a workload that reads hourly is outside until it does', async () => {
  const inventory = withHabits([{ project: 'proj_a', anchor: 'old', habit: 'hourly' }]);
  const { outcome, lockedOut } = await rehearse({
    inventory,
    now: NOW,
    request: { mode: 'emergency', anchors: ['old'], reason: 'its key is in a repository' },
  });
  expect(outcome).toBe('rotated');
  expect(lockedOut).toMatchObject([{ client: 'proj_a-old', habit: 'hourly', isUnread: true }]);
});

it('a soak under an hour is warned of: a workload that reads hourly is outside', async () => {
  const inventory = withHabits([{ project: 'proj_a', anchor: 'old', habit: 'hourly' }]);
  const report = await rehearse({ inventory, now: NOW, policy: { soak: 'PT0S' } });
  expect(report.outcome).toBe('rotated');
  expect(report.warnings[0]).toMatch(/^policy\.soak PT0S leaves clients no time/);
  expect(report.lockedOut).toMatchObject([{ client: 'proj_a-old', habit: 'hourly', isUnread: true }]);
  // No person can restart something before a soak that takes no time has ended.
  expect(renderReport(report).replaceAll(/\s+/g, ' ')).toContain(
    'restart it before the soak ends, and give policy.soak the time for that',
  );
});
