import { ORGANIZATION, type Scope } from '../../../lambdas/domain/anchor.ts';

/** Returns the rules that say when anchors are valid (Unix seconds), and which scopes a change touches. */
export function createScopeRules(about: {
  anchors: readonly { id: string; validAt?: number | undefined; expiresAt: number }[];
  projects: readonly string[];
}) {
  const byId = new Map(about.anchors.map((anchor) => [anchor.id, anchor]));
  return {
    /** Whether an anchor is valid at a time; an unknown id never is. */
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
