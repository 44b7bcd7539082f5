import { activeSetOf, isValidAt, ORGANIZATION, otherScope, type Scope, unlistedIn } from '../anchor.ts';
import { isCompromised, isUnread } from './compromise.ts';
import type { IsGone } from './direct-path.ts';
import { indexAnchors, type PlanningFacts, type Succession, successionsByScope } from './facts.ts';

/**
 * What a host trusts for a project (F7). `active`: every anchor that is active there or inherited. `usable`:
 * those that let clients in, and until when they are valid, in Unix seconds.
 */
export type Trust = { active: ReadonlySet<string>; usable: ReadonlyMap<string, number> };

/**
 * What a project trusts after a cut. With `cut`, an anchor that a client could not rely on after that
 * succession's cut is not usable.
 */
export type TrustedAfter = (project: string, scope: Scope, cut?: Succession) => Trust;

/** True for a succession that may not be cut in a scope, as far as is known yet. */
export type IsHeld = (succession: Succession, scope: Scope) => boolean;

/**
 * True where every retiring anchor is compromised: each scope then goes by itself, and none waits for another
 * (I16).
 */
export const goesAtOnce = (rotating: readonly Succession[], facts: PlanningFacts): boolean =>
  rotating.length > 0 && rotating.every(({ retiring }) => isCompromised(retiring.anchorId, facts));

/**
 * Returns what a project trusts once `scope` has been cut. Wave by wave, every scope of an earlier wave is
 * cut by then and none of a later one. At once, nobody knows whether the other scope has been cut: what it is
 * about to cut does not count any more, and what it is about to activate does not count yet. An anchor whose
 * cut is held stays active. An anchor that is not valid yet, or has expired, is not usable.
 */
export function trustAfterCut(
  rotating: readonly Succession[],
  facts: PlanningFacts,
  isHeld: IsHeld = () => false,
): TrustedAfter {
  const { inventory, now } = facts;
  const { anchors } = indexAnchors(inventory);
  const endOf = (id: string): number => anchors.get(id)?.expiresAt ?? Number.POSITIVE_INFINITY;
  const isUsable = (id: string): boolean => {
    const anchor = anchors.get(id);
    return anchor === undefined || isValidAt(anchor, now);
  };
  const activeOf = (scope: Scope): ReadonlySet<string> => activeSetOf(inventory, scope);
  const byScope = successionsByScope(rotating);
  const remaining = (scope: Scope): string[] => {
    const here = byScope.get(scope) ?? [];
    const gone = new Set(here.filter((one) => !isHeld(one, scope)).map(({ retiring }) => retiring.anchorId));
    return [...activeOf(scope)].filter((id) => !gone.has(id));
  };
  const cut = (scope: Scope): string[] => [
    ...remaining(scope),
    ...(byScope.get(scope) ?? []).map(({ successor }) => successor.anchorId),
  ];
  const inWaves = (project: string, scope: Scope): string[] =>
    // Projects are cut before the organization, so a project's cut leaves the organization's anchors as they
    // are.
    [...cut(project), ...(scope === ORGANIZATION ? cut(ORGANIZATION) : activeOf(ORGANIZATION))];
  const atOnce = (project: string, scope: Scope): string[] => [
    ...cut(scope),
    ...remaining(otherScope(scope, project)),
  ];
  const trusted = goesAtOnce(rotating, facts) ? atOnce : inWaves;
  return (project, scope, cut) => {
    const ids = trusted(project, scope);
    const isAnother = (id: string): boolean => cut !== undefined && isUsable(id) && !isOf(cut, id);
    // An expired retiring anchor lets nobody in, so its cut turns nobody away.
    const isOwnUnread = cut !== undefined && isUsable(cut.retiring.anchorId) && isAnyItsKey(cut, facts);
    const untold = ids.filter((id) => cut && isAnother(id) && (isOwnUnread || hasItsKey(id, cut, facts)));
    // An anchor that could not be read may be such an upload (I9), although no leaf is known to lead to it.
    const isAskedFirst = untold.length > 0 || ids.some((id) => isAnother(id) && isUnread(id, facts));
    // Hosts may ask such an upload before the retiring anchor itself, where that stays active in the other
    // scope (F7).
    const unreliable = new Set([...untold, ...(isAskedFirst && cut ? [cut.retiring.anchorId] : [])]);
    const usable = ids.filter((id) => isUsable(id) && !unreliable.has(id));
    return { active: new Set(ids), usable: new Map(usable.map((id) => [id, endOf(id)])) };
  };
}

/** A rotation's cuts, as far as they are known yet. */
export type Cutting = { rotating: readonly Succession[]; facts: PlanningFacts; isHeld: IsHeld };

/**
 * Returns whether an anchor is gone for a project once one succession is cut in a scope, together with
 * everything else that is cut there. At the organization's cut a project keeps its own anchors whose cut is
 * held, and anything in a project that could not be listed (F7, I9). A project is cut first, and the
 * organization's cut judges its witnesses again.
 */
export function goneAfter(
  succession: Succession,
  scope: Scope,
  { rotating, facts: { inventory }, isHeld }: Cutting,
): IsGone {
  const byScope = successionsByScope(rotating);
  const isCut = (id: string, where: Scope): boolean =>
    (byScope.get(where) ?? []).some(
      (one) =>
        one.retiring.anchorId === id && ((one === succession && where === scope) || !isHeld(one, where)),
    );
  const isKept = (id: string, project: string): boolean =>
    unlistedIn(inventory).has(project) || (activeSetOf(inventory, project).has(id) && !isCut(id, project));
  return (id, project) => isCut(id, scope) && !(scope === ORGANIZATION && isKept(id, project));
}

/**
 * True for the two anchors of the succession. The retiring anchor lets the same clients in as today where
 * another scope keeps it.
 */
const isOf = ({ retiring, successor }: Succession, id: string): boolean =>
  [retiring.anchorId, successor.anchorId].includes(id);

/**
 * True for an upload that has the retiring anchor's key. Its filter may let nobody in (F16). No probe can
 * tell while the retiring anchor is active, since a leaf leads to both. An undo may not repair it, since
 * hosts may ask last the anchor that is put back (F7). The successor is an exception: it is probed after the
 * cut (I8), and taken back with it.
 */
function hasItsKey(anchorId: string, { retiring }: Succession, { keys }: PlanningFacts): boolean {
  const digest = keys?.get(anchorId)?.digest;
  return digest !== undefined && digest === keys?.get(retiring.anchorId)?.digest;
}

/**
 * True for a retiring anchor whose certificate could not be read: any other upload may have its key (I9). A
 * compromised one does not count, since it is cut in any case where its clients have another way in (I16).
 */
const isAnyItsKey = ({ retiring: { anchorId } }: Succession, facts: PlanningFacts): boolean =>
  isUnread(anchorId, facts) && !isCompromised(anchorId, facts);

/**
 * Returns the anchors that let callers of a project in while both anchors of each succession are active. A
 * probe cannot tell these apart.
 */
export function trustInOverlap(rotating: readonly Succession[], facts: PlanningFacts) {
  const { inventory } = facts;
  const byScope = successionsByScope(rotating);
  const successorsIn = (scope: Scope): string[] =>
    (byScope.get(scope) ?? []).map(({ successor }) => successor.anchorId);
  const isAnyOrder = goesAtOnce(rotating, facts);
  const unlisted = unlistedIn(inventory);
  // In a project that could not be listed any anchor may be active (I9).
  const activeIn = (project: string): Iterable<string> =>
    unlisted.has(project) ? indexAnchors(inventory).anchors.keys() : activeSetOf(inventory, project);
  /** By scope, since the same anchor may be active in the project and in the organization. */
  return (project: string, scope: Scope): { scope: Scope; anchorId: string }[] => {
    const inProject = [...activeIn(project), ...successorsIn(project)];
    // Wave by wave the organization is activated last. When a project is proven, the organization has only
    // its present anchors.
    const added = isAnyOrder || scope === ORGANIZATION ? successorsIn(ORGANIZATION) : [];
    const inherited = [...activeSetOf(inventory, ORGANIZATION), ...added];
    return [
      ...inProject.map((anchorId) => ({ scope: project, anchorId })),
      ...inherited.map((anchorId) => ({ scope: ORGANIZATION, anchorId })),
    ];
  };
}
