import type { Inventory, ListedAnchor } from '../lambdas/domain/anchor.ts';
import { plan } from '../lambdas/domain/planning/plan.ts';
import { policySchema } from '../lambdas/domain/policy.ts';
import { spread } from './measure.ts';

const [ANCHORS, PROJECTS, DAY] = [50, 10_000, 86_400];
const NOW = Date.UTC(2026, 10, 23) / 1000;

/**
 * Milliseconds to plan 50 anchors in 10,000 projects. Half of the anchors are due, and each project has four
 * of them active.
 */
export function benchPlanning(rounds: number) {
  const inventory = largeInventory();
  const policy = policySchema.parse({ evidence: 'listing' });
  const times = Array.from({ length: rounds }, () => {
    const begun = performance.now();
    plan({ inventory, policy, request: { mode: 'scheduled' }, now: NOW, clients: [] });
    return performance.now() - begun;
  });
  return { anchors: ANCHORS, projects: PROJECTS, ms: spread(times, 1) };
}

function largeInventory(): Inventory {
  const anchors: ListedAnchor[] = Array.from({ length: ANCHORS }, (_, i) => ({
    anchorId: `cert_${i}`,
    name: `authority-${i >> 1}@${i % 2}`,
    validAt: NOW - DAY,
    expiresAt: NOW + (i % 2 === 0 ? 10 : 400) * DAY,
    active: false,
  }));
  const activeIn = (project: number) => new Set([0, 7, 19, 31].map((step) => ((project + step) % 25) * 2));
  const listing = (active: ReadonlySet<number>) =>
    anchors.map((anchor, i) => ({ ...anchor, active: active.has(i) }));
  return {
    organization: listing(new Set([0])),
    projects: Array.from({ length: PROJECTS }, (_, i) => ({
      projectId: `proj_${i}`,
      name: null,
      anchors: listing(activeIn(i)),
    })),
  };
}
