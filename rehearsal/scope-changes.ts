import type { Scope } from '../lambdas/domain/anchor.ts';
import type { ScopePlan } from '../lambdas/domain/plan-document/scope-plan.ts';
import type { TrustEvent } from '../simulation/judges/watch.ts';
import type { EventLog } from '../simulation/log/event-log.ts';

/** What happened to one scope's anchors. */
type ScopeChanges = { activated: string[]; deactivated: string[]; undone: string[] };

/** The changes that one execution made, without those of others that ran at the same time. */
export const changesBy = (execution: string, eventLog: EventLog): TrustEvent[] =>
  eventLog.filter(
    (event): event is TrustEvent =>
      event.what === 'trust' && typeof event.by === 'object' && event.by.execution === execution,
  );

/**
 * Returns the result of the changes in each scope; the last change of an anchor counts. A retiring anchor of
 * the plan that is active again has been put back (I10). A successor that is inactive again has been taken
 * back (F16). Both count as undone.
 */
export function changedScopes(
  changes: readonly TrustEvent[],
  planned: readonly ScopePlan[],
): Map<Scope, ScopeChanges> {
  const scopes = new Map<Scope, ScopeChanges>();
  const isNamed = (as: 'retiring' | 'successor', scope: Scope, id: string): boolean =>
    planned.some((one) => one.scope === scope && one.successions.some((pair) => pair[as] === id));
  const toggles = changes.flatMap(({ scope, active, anchorIds }) =>
    anchorIds.map((id) => ({ scope, active, id })),
  );
  const last = new Map(toggles.map((toggle) => [`${toggle.scope} ${toggle.id}`, toggle]));
  for (const { scope, active, id } of last.values()) {
    const of = scopes.get(scope) ?? { activated: [], deactivated: [], undone: [] };
    scopes.set(scope, of);
    const isUndone = isNamed(active ? 'retiring' : 'successor', scope, id);
    of[isUndone ? 'undone' : active ? 'activated' : 'deactivated'].push(id);
  }
  return scopes;
}
