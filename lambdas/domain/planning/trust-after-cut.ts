import { activeSetOf, isValidAt, ORGANIZATION, otherScope, type Scope, unlistedIn } from '../anchor.ts';
import { isCompromised, isUnread } from './compromise.ts';
import type { IsGone } from './direct-path.ts';
import { indexAnchors, type PlanningFacts, type Succession, successionsByScope } from './facts.ts';

/** What a host asks for a project (F7): all that is active there or inherited, and until when what lets somebody in is valid, in Unix seconds. */
export type Trust = { active: ReadonlySet<string>; usable: ReadonlyMap<string, number> };

/**
 * What a project trusts after a cut. Where somebody is to rely on it after the cut of one succession, that is named, and what may
 * let nobody in is not usable.
 */
export type TrustedAfter = (project: string, scope: Scope, cut?: Succession) => Trust;

/** True for a succession that may not be cut in a scope, as far as is known yet. */
export type IsHeld = (succession: Succession, scope: Scope) => boolean;

/** True where every retiring anchor is compromised: each scope then goes by itself, and none waits for another (I16). */
export const goesAtOnce = (rotating: readonly Succession[], facts: PlanningFacts): boolean =>
  rotating.length > 0 && rotating.every(({ retiring }) => isCompromised(retiring.anchorId, facts));

/**
 * The anchors that a project trusts once `scope` has been cut. Wave by wave, every scope of an earlier wave is cut by then and
 * none of a later one. At once, the other scope may have been cut or not: what it is about to cut no longer counts, and what it
 * is about to activate does not count yet. What is held in a scope stays active there. An anchor that is not valid yet
 * lets nobody in, nor does one that has expired.
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
    // Projects are cut before the organization, so a project's cut still leaves the organization's anchors as they are.
    [...cut(project), ...(scope === ORGANIZATION ? cut(ORGANIZATION) : activeOf(ORGANIZATION))];
  const atOnce = (project: string, scope: Scope): string[] => [
    ...cut(scope),
    ...remaining(otherScope(scope, project)),
  ];
  const trusted = goesAtOnce(rotating, facts) ? atOnce : inWaves;
  return (project, scope, cut) => {
    const ids = trusted(project, scope);
    const isAnother = (id: string): boolean => cut !== undefined && isUsable(id) && !isOf(cut, id);
    // What has expired lets nobody in whom its cut could turn away.
    const isOwnUnread = cut !== undefined && isUsable(cut.retiring.anchorId) && isAnyItsKey(cut, facts);
    const untold = ids.filter((id) => cut && isAnother(id) && (isOwnUnread || hasItsKey(id, cut, facts)));
    // One that could not be read may be such an upload (I9), though no leaf is known to lead to it.
    const isAskedFirst = untold.length > 0 || ids.some((id) => isAnother(id) && isUnread(id, facts));
    // Such an upload may be asked before the very anchor that is cut, where that stays active in the other scope (F7).
    const unreliable = new Set([...untold, ...(isAskedFirst && cut ? [cut.retiring.anchorId] : [])]);
    const usable = ids.filter((id) => isUsable(id) && !unreliable.has(id));
    return { active: new Set(ids), usable: new Map(usable.map((id) => [id, endOf(id)])) };
  };
}

/** What a scope's cut is made of, as far as is known yet. */
export type Cutting = { rotating: readonly Succession[]; facts: PlanningFacts; isHeld: IsHeld };

/**
 * What is not active for a project any more once one succession is cut in a scope, with all else that is cut there. Beside the organization's
 * cut a project keeps what is held there, and what nobody could list (F7, I9). A project is cut first, and the organization's cut judges its witnesses again.
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

/** The retiring anchor, which lets in whom it lets in today where another scope keeps it, or its successor. */
const isOf = ({ retiring, successor }: Succession, id: string): boolean =>
  [retiring.anchorId, successor.anchorId].includes(id);

/**
 * True for an upload of the retiring anchor's key. The filter of another may let nobody in (F16), and while the retiring anchor is active no probe
 * could tell: a leaf leads to both. Nor could an undo mend it, since hosts may ask last what is put back (F7). The successor is probed after the
 * cut (I8), and is taken back with it.
 */
function hasItsKey(anchorId: string, { retiring }: Succession, { keys }: PlanningFacts): boolean {
  const digest = keys?.get(anchorId)?.digest;
  return digest !== undefined && digest === keys?.get(retiring.anchorId)?.digest;
}

/**
 * True for a retiring anchor whose certificate could not be read: any other upload may have its key (I9). What is compromised goes in any case where its
 * clients have something else (I16).
 */
const isAnyItsKey = ({ retiring: { anchorId } }: Succession, facts: PlanningFacts): boolean =>
  isUnread(anchorId, facts) && !isCompromised(anchorId, facts);

/** The anchors that let callers of a project in while both of each succession are active: what a probe cannot tell apart. */
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
  /** By scope: the same anchor may be active in the project and in the organization. */
  return (project: string, scope: Scope): { scope: Scope; anchorId: string }[] => {
    const inProject = [...activeIn(project), ...successorsIn(project)];
    // Wave by wave the organization is activated last: when a project is proven first, it has only what it has now.
    const added = isAnyOrder || scope === ORGANIZATION ? successorsIn(ORGANIZATION) : [];
    const inherited = [...activeSetOf(inventory, ORGANIZATION), ...added];
    return [
      ...inProject.map((anchorId) => ({ scope: project, anchorId })),
      ...inherited.map((anchorId) => ({ scope: ORGANIZATION, anchorId })),
    ];
  };
}
