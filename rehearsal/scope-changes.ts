import type { Scope } from '../lambdas/domain/anchor.ts';
import type { ScopePlan } from '../lambdas/domain/document.ts';
import type { TrustChange } from '../simulation/world/trust.ts';

/** The part of the organization's log that was written during one execution: the first change, and the one after. */
export type Span = { from: number; until: number };

/** What became of one scope's anchors. */
export type ScopeChanges = { activated: string[]; deactivated: string[]; undone: string[] };

/** Windlass's own changes during an execution, but for those of the executions that ran within its time. */
export const changesDuring = (
  run: Span,
  others: readonly Span[],
  changes: readonly TrustChange[],
): TrustChange[] =>
  changes.filter(
    ({ by }, i) =>
      by === 'windlass' && isIn(run, i) && !others.some((other) => isIn(other, i) && within(other, run)),
  );

const isIn = ({ from, until }: Span, i: number): boolean => from <= i && i < until;

const within = (inner: Span, outer: Span): boolean =>
  inner !== outer && outer.from <= inner.from && inner.until <= outer.until;

/**
 * What changes came to in each scope: the last change of an anchor counts, and one that the plan retires there and that
 * is active again has been put back (I10).
 */
export function changedScopes(
  changes: readonly TrustChange[],
  planned: readonly ScopePlan[],
): Map<Scope, ScopeChanges> {
  const scopes = new Map<Scope, ScopeChanges>();
  const retires = ({ scope, anchorId }: TrustChange): boolean =>
    planned.some(
      (one) => one.scope === scope && one.successions.some(({ retiring }) => retiring === anchorId),
    );
  const last = new Map(changes.map((change) => [`${change.scope} ${change.anchorId}`, change]));
  for (const change of last.values()) {
    const of = scopes.get(change.scope) ?? { activated: [], deactivated: [], undone: [] };
    scopes.set(change.scope, of);
    const fate = change.active ? (retires(change) ? 'undone' : 'activated') : 'deactivated';
    of[fate].push(change.anchorId);
  }
  return scopes;
}
