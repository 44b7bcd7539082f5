import { type Scope, unlistedIn } from '../anchor.ts';
import { instant } from '../instant.ts';
import type { Blocked, Outside } from '../plan-document.ts';
import { failingSinceOf } from '../request.ts';
import { isCompromised } from './compromise.ts';
import { dueAt, indexAnchors, type PlanningFacts, type Succession } from './facts.ts';
import { nextRotation, soonest, tryAgainAt, tryLeftAgainAt } from './timing.ts';

/** What a run has decided that another may have to follow. */
type Decided = {
  rotating: readonly Succession[];
  blocked: readonly Blocked[];
  outside: readonly Outside[];
  /** More is ready than this run takes on. */
  isMoreWaiting: boolean;
  /** Something compromised is ready, and this run is for what cannot wait for it. */
  isPassedOver: boolean;
  /** A cut of an earlier run is unconfirmed. */
  isCutLeft: boolean;
  /** Something could not be seen that will be by itself. */
  isUnseen: boolean;
};

/** When the next run comes, and when what is compromised and left by this one is tried again (ISO 8601); null where the daily sweep is enough. */
export function comingNext(
  facts: PlanningFacts,
  { rotating, blocked, outside, isMoreWaiting, isPassedOver, isCutLeft, isUnseen }: Decided,
): { nextRotationAt: string | null; leftAgainAt: string | null } {
  const { inventory, policy, request, now } = facts;
  // Whoever asked for an emergency and got a part of it, or left a cut unconfirmed behind it, hears of that soon (I13).
  const isPartial = request.mode === 'emergency' && (blocked.length > 0 || isCutLeft);
  const isToBeSought = outside.length > 0 || isUnseen;
  // Whoever names a successor or stages a leaf for it is not to wait for the sweep (I16); a hold only a deployment lifts.
  const isAnyLeft = blocked.some(
    ({ anchor }) => isCompromised(anchor, facts) && !policy.hold.includes(anchor),
  );
  const leftAgainAt = isAnyLeft || isPassedOver ? tryLeftAgainAt(facts, isPassedOver) : null;
  const soon =
    isMoreWaiting ||
    isPartial ||
    isOverBeforeTheSweep(blocked, rotating, facts) ||
    (isToBeSought && rotating.length > 0);
  // The next run may find the same: it comes later each time, as after a halt.
  const againAt = [
    ...(isToBeSought ? [tryAgainAt(failingSinceOf(request, now), now)] : []),
    leftAgainAt,
    // Where only time is missing, the run that may go on comes then.
    ...blocked.map(({ readyAt }) => (readyAt === undefined ? null : soonest(readyAt, now))),
  ].flatMap((one) => one ?? []);
  const { anchors } = indexAnchors(inventory);
  const active = mayBeActive(facts);
  const next = nextRotation({ now, policy, active, anchors, rotating, blocked, soon, againAt });
  return { nextRotationAt: next === null ? null : instant(next), leftAgainAt };
}

const DAY = 86_400;

/**
 * Days of a soak lie between this plan and its end: what is blocked now may be ready long before, and expire before the sweep that follows. A
 * hold only a deployment lifts.
 */
function isOverBeforeTheSweep(
  blocked: readonly Blocked[],
  rotating: readonly Succession[],
  facts: PlanningFacts,
): boolean {
  const { inventory, policy, now } = facts;
  const isSoaking = rotating.some(({ retiring }) => !isCompromised(retiring.anchorId, facts));
  const { anchors } = indexAnchors(inventory);
  return (
    isSoaking &&
    blocked.some(({ anchor }) => {
      const { expiresAt = Number.POSITIVE_INFINITY } = anchors.get(anchor) ?? {};
      return !policy.hold.includes(anchor) && expiresAt > now && expiresAt < now + policy.soak + DAY;
    })
  );
}

/** The anchors that are active, and where some project could not be listed also those that may be, and are due later. */
function mayBeActive({ inventory, policy, now }: PlanningFacts): ReadonlyMap<string, readonly Scope[]> {
  const { anchors, activeIn } = indexAnchors(inventory);
  if (unlistedIn(inventory).size === 0) return activeIn;
  const later = [...anchors.values()].filter((anchor) => dueAt(anchor, policy) > now);
  return new Map([...later.map(({ anchorId }) => [anchorId, []] as const), ...activeIn]);
}
