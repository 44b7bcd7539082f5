import { ORGANIZATION, type Scope } from '../../../lambdas/domain/anchor.ts';

/** When anchors are valid (Unix seconds), and whom a change touches. */
export function createScopeRules(about: {
  anchors: readonly { id: string; validAt?: number | undefined; expiresAt: number }[];
  projects: readonly string[];
}) {
  const byId = new Map(about.anchors.map((anchor) => [anchor.id, anchor]));
  return {
    /** An anchor that nobody described is never valid. */
    isValid(id: string, at: number): boolean {
      const anchor = byId.get(id);
      return anchor !== undefined && (anchor.validAt ?? 0) <= at && at < anchor.expiresAt;
    },
    /** The scopes whose clients feel a change in one (F7). */
    touched: (scope: Scope): readonly Scope[] =>
      scope === ORGANIZATION ? [ORGANIZATION, ...about.projects] : [scope],
  };
}

export type ScopeRules = ReturnType<typeof createScopeRules>;
