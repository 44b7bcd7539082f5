import { ORGANIZATION, type Scope } from '../../lambdas/domain/anchor.ts';
import type { TrustChange } from '../world/trust.ts';

/** What a rotation said it would toggle in one scope. */
type PlannedToggles = { activate: ReadonlySet<string>; deactivate: ReadonlySet<string> };

/** What the log is judged against. Validity is in Unix seconds; an anchor nobody described is never usable. */
export type JudgedAgainst = {
  projects: readonly string[];
  anchors: ReadonlyMap<string, { validAt?: number | undefined; expiresAt: number }>;
  planned: ReadonlyMap<Scope, PlannedToggles>;
};

export type Violations = {
  /** A scope's usable anchors went from some to none (I2). */
  lockout: number;
  /** A scope's active anchors went from some to none (F8). */
  enforcementLost: number;
  /** A scope without an active anchor was given one (I3). */
  enforcementGained: number;
  /** An anchor was toggled that the plan did not name for that scope (I4, I5). */
  unplanned: number;
};

export type Violation = { kind: keyof Violations; at: number; scope: Scope; anchorIds: string[] };

/** Counts what `windlass` did wrong in a log of trust changes (I2, I3, I4). */
export function judge(changes: readonly TrustChange[], against: JudgedAgainst): Violations {
  const count: Violations = { lockout: 0, enforcementLost: 0, enforcementGained: 0, unplanned: 0 };
  for (const { kind } of violations(changes, against)) count[kind] += 1;
  return count;
}

/**
 * Replays a log and names every violation by `windlass`. What one call changed is one instant; what others
 * changed moves the state and is nobody's fault here. It knows nothing of plans but the toggles they named.
 */
export function violations(changes: readonly TrustChange[], against: JudgedAgainst): Violation[] {
  const active = new Map<Scope, Set<string>>();
  const found: Violation[] = [];
  for (const batch of instants(changes)) {
    const [first] = batch;
    if (!first) continue;
    const { at, scope, by } = first;
    const judged = by === 'windlass' ? affected(scope, against.projects) : [];
    const before = judged.map((each) => stateOf(each, at, active, against));
    apply(batch, active);
    const anchorIds = batch.map(({ anchorId }) => anchorId);
    judged.forEach((each, i) => {
      const [old, now] = [before[i], stateOf(each, at, active, against)];
      for (const kind of broken(old, now)) found.push({ kind, at, scope: each, anchorIds });
    });
    if (by === 'windlass') found.push(...unplanned(batch, against.planned));
  }
  return found;
}

type ScopeState = { enforced: boolean; usable: boolean };

/** The log cut into calls. A change that names no call is an instant of its own. */
function instants(changes: readonly TrustChange[]): TrustChange[][] {
  const batches: TrustChange[][] = [];
  for (const change of changes) {
    const last = batches.at(-1);
    const same = change.call !== undefined && last?.[0]?.call === change.call;
    if (same && last) last.push(change);
    else batches.push([change]);
  }
  return batches;
}

/** A change in the organization reaches every project (F7). */
const affected = (scope: Scope, projects: readonly string[]): readonly Scope[] =>
  scope === ORGANIZATION ? [ORGANIZATION, ...projects] : [scope];

function stateOf(
  scope: Scope,
  at: number,
  active: ReadonlyMap<Scope, ReadonlySet<string>>,
  { anchors }: JudgedAgainst,
): ScopeState {
  const ids = [...(active.get(scope) ?? []), ...(active.get(ORGANIZATION) ?? [])];
  const usable = ids.some((id) => {
    const anchor = anchors.get(id);
    return anchor !== undefined && (anchor.validAt ?? 0) <= at && at < anchor.expiresAt;
  });
  return { enforced: ids.length > 0, usable };
}

function apply(batch: readonly TrustChange[], active: Map<Scope, Set<string>>): void {
  for (const { scope, anchorId, active: on } of batch) {
    const ids = active.get(scope) ?? new Set();
    active.set(scope, ids);
    if (on) ids.add(anchorId);
    else ids.delete(anchorId);
  }
}

function broken(before: ScopeState | undefined, after: ScopeState): (keyof Violations)[] {
  if (!before) return [];
  return [
    ...(before.usable && !after.usable ? ['lockout' as const] : []),
    ...(before.enforced && !after.enforced ? ['enforcementLost' as const] : []),
    ...(!before.enforced && after.enforced ? ['enforcementGained' as const] : []),
  ];
}

function unplanned(batch: readonly TrustChange[], planned: JudgedAgainst['planned']): Violation[] {
  return batch
    .filter(({ scope, anchorId, active }) => {
      const toggles = planned.get(scope);
      return !toggles?.[active ? 'activate' : 'deactivate'].has(anchorId);
    })
    .map(({ at, scope, anchorId }) => ({ kind: 'unplanned', at, scope, anchorIds: [anchorId] }));
}
