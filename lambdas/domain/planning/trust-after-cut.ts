import { activeSetOf, type Inventory, ORGANIZATION, type Scope } from '../anchor.ts';
import { indexAnchors, type Succession, successionsByScope } from './facts.ts';

/**
 * What a project trusts after a cut: the anchors that are active there or inherited, and until when each is valid (F7), in
 * Unix seconds.
 */
export type TrustedAfter = (project: string, scope: Scope) => ReadonlyMap<string, number>;

/** True for a succession that may not be cut in a scope, as far as is known yet. */
export type IsHeld = (succession: Succession, scope: Scope) => boolean;

/**
 * The anchors that a project trusts once `scope` has been cut, and every scope of an earlier wave with it. What is held in
 * a scope stays active there. An anchor that is not valid by then lets nobody in.
 */
export function trustAfterCut(
  inventory: Inventory,
  rotating: readonly Succession[],
  now: number,
  isHeld: IsHeld = () => false,
): TrustedAfter {
  const { anchors } = indexAnchors(inventory);
  const endOf = (id: string): number => anchors.get(id)?.expiresAt ?? Number.POSITIVE_INFINITY;
  const isUsable = (id: string): boolean => endOf(id) > now;
  const own = new Map<Scope, ReadonlySet<string>>();
  const activeOf = (scope: Scope): ReadonlySet<string> => {
    const known = own.get(scope) ?? new Set([...activeSetOf(inventory, scope)].filter(isUsable));
    own.set(scope, known);
    return known;
  };
  const byScope = successionsByScope(rotating);
  const cut = (scope: Scope): ReadonlySet<string> => {
    const here = byScope.get(scope) ?? [];
    const gone = new Set(here.filter((one) => !isHeld(one, scope)).map(({ retiring }) => retiring.anchorId));
    const remaining = [...activeOf(scope)].filter((id) => !gone.has(id));
    return new Set([...remaining, ...here.map(({ successor }) => successor.anchorId)]);
  };
  return (project, scope) =>
    // Projects are cut before the organization, so a project's cut still leaves the organization's anchors as they are.
    new Map(
      [...cut(project), ...(scope === ORGANIZATION ? cut(ORGANIZATION) : activeOf(ORGANIZATION))].map(
        (id) => [id, endOf(id)],
      ),
    );
}

/** The anchors that let callers of a project in while both of each succession are active: what a probe cannot tell apart. */
export function trustInOverlap(inventory: Inventory, rotating: readonly Succession[]) {
  const byScope = successionsByScope(rotating);
  const successorsIn = (scope: Scope): string[] =>
    (byScope.get(scope) ?? []).map(({ successor }) => successor.anchorId);
  /** By scope: the same anchor may be active in the project and in the organization. */
  return (project: string, scope: Scope): { scope: Scope; anchorId: string }[] => {
    const inProject = [...activeSetOf(inventory, project), ...successorsIn(project)];
    // The organization is activated last: when a project is proven first, it has only what it has now.
    const added = scope === ORGANIZATION ? successorsIn(ORGANIZATION) : [];
    const inherited = [...activeSetOf(inventory, ORGANIZATION), ...added];
    return [
      ...inProject.map((anchorId) => ({ scope: project, anchorId })),
      ...inherited.map((anchorId) => ({ scope: ORGANIZATION, anchorId })),
    ];
  };
}
