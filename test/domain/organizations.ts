import type { Inventory, ListedAnchor } from '../../lambdas/domain/anchor.ts';
import type { ClientFacts } from '../../lambdas/domain/leaf/client-facts.ts';
import type { LeafFacts } from '../../lambdas/domain/leaf/leaf-facts.ts';
import { type Policy, policySchema } from '../../lambdas/domain/policy.ts';

/** The present of every planner test, in Unix seconds. */
export const NOW = Date.UTC(2026, 10, 23) / 1000;
export const DAY = 86_400;

export const policyOf = (policy: Record<string, unknown> = {}): Policy => policySchema.parse(policy);

/** An anchor that expires `days` from now. */
export const anchor = (
  anchorId: string,
  name: string | null,
  days: number,
  active = false,
): ListedAnchor => ({
  anchorId,
  name,
  validAt: NOW - 700 * DAY,
  expiresAt: NOW + days * DAY,
  active,
});

/** An inventory in which each scope lists every anchor, active where `active` says. */
export function inventoryOf(
  anchors: readonly ListedAnchor[],
  active: Record<string, readonly string[]>,
  projects: readonly string[] = Object.keys(active).filter((scope) => scope !== 'organization'),
): Inventory {
  const listing = (scope: string) =>
    anchors.map((one) => ({ ...one, active: active[scope]?.includes(one.anchorId) ?? false }));
  return {
    organization: listing('organization'),
    projects: projects.map((projectId) => ({ projectId, name: projectId, anchors: listing(projectId) })),
  };
}

export const leaf = (fingerprint: string, ...chainsTo: string[]): LeafFacts => ({
  chain: fingerprint,
  fingerprint,
  chainsTo,
  issuers: [],
  validUntil: Object.fromEntries(chainsTo.map((anchorId) => [anchorId, NOW + 1_000 * DAY])),
  pathProblems: {},
  carries: [],
  keyIdsAbove: chainsTo.map((anchorId) => `key of ${anchorId}`),
  problems: [],
});

/** A client that runs on a leaf of one anchor and has a leaf of another staged. */
export const client = (name: string, project: string, running?: string, staged?: string): ClientFacts => ({
  name,
  project,
  secret: `secret/${name}`,
  running: running ? leaf(`${name}:${running}`, running) : null,
  staged: staged ? leaf(`${name}:${staged}`, staged) : null,
  previous: null,
});
