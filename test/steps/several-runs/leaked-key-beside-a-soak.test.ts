import { type Metric as CloudWatchMetric, ComparisonOperator } from 'aws-cdk-lib/aws-cloudwatch';
import { expect, it } from 'vitest';
import { instant } from '../../../lambdas/domain/instant.ts';
import { policySchema } from '../../../lambdas/domain/policy.ts';
import type { Watched } from '../../../lib/alarms/rule.ts';
import { ofTheSteps } from '../../../lib/alarms/step-rules.ts';
import { lastMetrics } from '../last-metrics.ts';
import { DAY, NOW, scene } from '../scene.ts';

/** Returns the names of the alarms on the steps' metrics that ring for these values. */
function ringing(seen: Readonly<Record<string, number>>): string[] {
  const rules = ofTheSteps({ name: 'acme', policy: policySchema.parse({}) } as Watched);
  return Object.entries(rules).flatMap(([name, { metric, threshold, comparisonOperator }]) => {
    const value = seen[(metric as CloudWatchMetric).metricName];
    if (value === undefined) return [];
    const rings = {
      [ComparisonOperator.LESS_THAN_OR_EQUAL_TO_THRESHOLD]: value <= threshold,
      [ComparisonOperator.GREATER_THAN_THRESHOLD]: value > threshold,
    }[String(comparisonOperator)];
    return (rings ?? value >= threshold) ? [name] : [];
  });
}

const sweep = { mode: 'scheduled' as const };

/**
 * Acme soaks. A month ago an emergency cut globex everywhere. Globex's client runs on the successor and has
 * no leaf staged.
 */
async function soaking() {
  const set = await scene(
    [
      { id: 'cert_acme0', expires: 20, in: ['proj_a'] },
      { id: 'cert_acme1', expires: 300 },
      { id: 'cert_globex0', expires: 200 },
      { id: 'cert_globex1', expires: 300, in: ['proj_b'] },
    ],
    [
      {
        ...{ name: 'billing', project: 'proj_a', running: { anchor: 'cert_acme0' } },
        staged: { anchor: 'cert_acme1' },
      },
      { name: 'search', project: 'proj_b', running: { anchor: 'cert_globex1' } },
    ],
  );
  const { seen, metrics } = lastMetrics();
  const ports = set.portsWith({ metrics });
  await set.journal.rememberCompromised([
    { anchorId: 'cert_globex0', reason: 'its key leaked', namedAt: instant(NOW - 30 * DAY) },
  ]);
  const plan = await set.plan('acme', sweep, {}, ports);
  expect(plan).toMatchObject({ decision: 'rotate', atOnce: false, blocked: [] });
  expect(ringing(seen)).toEqual([]);
  set.time.now += DAY;
  return {
    ...set,
    seen,
    look: (name: string) => set.plan(name, sweep, {}, ports),
    /** Somebody rolls a client back onto the leaked anchor, and activates that anchor again for it. */
    async rollBack() {
      await set.stage('search', 'AWSCURRENT', { anchor: 'cert_globex0' });
      set.world.organization.toggle('proj_b', 'activate', ['cert_globex0']);
    },
  };
}

it('I13, I15: that a leaked key gets in again rings, though another rotation soaks and every sweep is green', async () => {
  const { look, rollBack, running, seen, time, entries } = await soaking();
  await rollBack();
  for (let day = 1; day <= 3; day++) {
    expect(await look(`sweep ${day}`)).toMatchObject({ decision: 'busy' });
    running.delete(`sweep ${day}`);
    time.now += DAY;
    expect(ringing(seen)).toEqual(['CompromisedActive']);
  }
  expect(entries().findLast(({ event }) => event === 'busy')).toMatchObject({
    detail: { blocked: [{ anchor: 'cert_globex0' }] },
  });
});

it('I15: it rings until a run has seen it gone, and not until one has planned its cut', async () => {
  const { look, rollBack, stage, seen, time, running, world } = await soaking();
  await rollBack();
  await look('sweep');
  await stage('search', 'AWSPENDING', { anchor: 'cert_globex1' });
  expect(await look('next sweep')).toMatchObject({ atOnce: true, blocked: [] });
  expect(ringing(seen)).toEqual(['CompromisedActive']);
  world.organization.toggle('proj_b', 'deactivate', ['cert_globex0']);
  await stage('search', 'AWSCURRENT', { anchor: 'cert_globex1' });
  running.clear();
  time.now += DAY;
  await look('the sweep after it');
  expect(ringing(seen)).toEqual([]);
});
