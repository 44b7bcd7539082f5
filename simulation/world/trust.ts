import { ORGANIZATION, type Scope } from '../../lambdas/domain/anchor.ts';
import { notFound } from './api-fault.ts';

/**
 * Who changed trust: the rotation under test, somebody else by another key or in the console,
 * or the setup of the simulation.
 */
export type Actor = 'windlass' | 'outsider' | 'person' | 'setup';

/**
 * One anchor's toggle in one scope; `at` is Unix seconds, `call` the index in the
 * call log of the call that made it.
 */
export type TrustChange = {
  at: number;
  scope: Scope;
  anchorId: string;
  active: boolean;
  by: Actor;
  call?: number;
};

/**
 * Returns which anchors each scope has active, and every change of that in order. Unknown scopes are a 404.
 */
export function createTrust(now: () => number, projects: readonly { id: string }[]) {
  const scopes = new Map([ORGANIZATION, ...projects.map(({ id }) => id)].map((s) => [s, new Set<string>()]));
  const changes: TrustChange[] = [];
  const listeners: ((scope: Scope) => void)[] = [];
  const activeIn = (scope: Scope): Set<string> => scopes.get(scope) ?? notFound(`project '${scope}'`);
  return {
    changes,
    /** Tells of every later toggle at once. */
    onChange: (listener: (scope: Scope) => void): void => void listeners.push(listener),
    /** Forgets every toggle, and that there ever was one. */
    clear(): void {
      for (const active of scopes.values()) active.clear();
      changes.length = 0;
    },
    activeIn: (scope: Scope): ReadonlySet<string> => activeIn(scope),
    /** The scopes where an anchor is active. */
    holders: (anchorId: string): Scope[] =>
      [...scopes].filter(([, active]) => active.has(anchorId)).map(([scope]) => scope),
    /** Toggles one anchor. An anchor that is there already changes nothing. */
    set({ scope, anchorId, active, ...about }: Omit<TrustChange, 'at'>): void {
      const ids = activeIn(scope);
      if (ids.has(anchorId) === active) return;
      if (active) ids.add(anchorId);
      else ids.delete(anchorId);
      changes.push({ at: now(), scope, anchorId, active, ...about });
      for (const listener of listeners) listener(scope);
    },
  };
}
