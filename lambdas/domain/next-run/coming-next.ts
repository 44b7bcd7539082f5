import { type Anchor, ownListingIn, type Scope, unlistedIn } from '../anchor.ts';
import { instant, secondsOf } from '../instant.ts';
import type { Blocked } from '../plan-document/blocked.ts';
import type { Outside } from '../plan-document/outside.ts';
import { isCompromised } from '../planning/compromise.ts';
import { dueAt, indexAnchors, type PlanningFacts, type Succession } from '../planning/facts.ts';
import type { Policy } from '../policy.ts';
import { failingSinceOf } from '../request.ts';
import { tryAgainAt, tryLeftAgainAt } from './next-try.ts';
import { SOON, soonest, UNTIL_SWEPT } from './soonest.ts';

/** The decisions of a run after which another run may have to follow. */
type Decided = {
  rotating: readonly Succession[];
  blocked: readonly Blocked[];
  outside: readonly Outside[];
  /** More is ready than this run takes on. */
  isMoreWaiting: boolean;
  /** Something compromised is ready, but this run is for successions that cannot wait for it. */
  isPassedOver: boolean;
  /** A cut of an earlier run is unconfirmed. */
  isCutLeft: boolean;
  /** Nobody could see whether something compromised is active somewhere. That passes by itself. */
  isUnseen: boolean;
};

/**
 * Returns when the next run comes, and when something compromised that this run leaves is tried again (ISO
 * 8601). Each is null where the daily sweep is enough.
 */
export function comingNext(
  facts: PlanningFacts,
  { rotating, blocked, outside, isMoreWaiting, isPassedOver, isCutLeft, isUnseen }: Decided,
): { nextRotationAt: string | null; leftAgainAt: string | null } {
  const { inventory, policy, request, now } = facts;
  // An emergency that was cut only in part, or that left a cut unconfirmed, is told of again soon (I13).
  const isPartial = request.mode === 'emergency' && (blocked.length > 0 || isCutLeft);
  const isToBeSought = outside.length > 0 || isUnseen;
  const { anchors } = indexAnchors(inventory);
  // A person who names a successor, or stages a leaf for one, must not have to wait for the sweep (I16). Two
  // cases are left out: a held anchor, which only a deployment frees, and an anchor that does not exist.
  const isAnyLeft = blocked.some(
    ({ anchor }) => isCompromised(anchor, facts) && !policy.hold.includes(anchor) && anchors.has(anchor),
  );
  const leftAgainAt = isAnyLeft || isUnseen || isPassedOver ? tryLeftAgainAt(facts, isPassedOver) : null;
  const soon =
    isMoreWaiting ||
    isPartial ||
    isOverBeforeTheSweep(blocked, rotating, facts) ||
    (isToBeSought && rotating.length > 0);
  // The next run may find the same, so it comes later each time, as after a halt.
  const againAt = [
    ...(isToBeSought ? [tryAgainAt(failingSinceOf(request, now), now)] : []),
    leftAgainAt,
    // Where only time is missing, the run that may go on comes at that time.
    ...blocked.map(({ readyAt }) => (readyAt === undefined ? null : soonest(readyAt, now))),
  ].flatMap((one) => one ?? []);
  const active = mayBeActive(facts);
  const next = nextRotation({ now, policy, active, anchors, rotating, blocked, soon, againAt });
  return { nextRotationAt: next === null ? null : instant(next), leftAgainAt };
}

/**
 * Whether something blocked expires before the sweep that follows this run's soak. It may be ready long
 * before that sweep, since the soak takes days. A held anchor does not count, since only a deployment frees
 * it.
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
      return !policy.hold.includes(anchor) && expiresAt > now && expiresAt < now + policy.soak + UNTIL_SWEPT;
    })
  );
}

/**
 * Returns the anchors that are active. Where some project was not listed, returns also those that may be
 * active and are due later.
 */
function mayBeActive({ inventory, policy, now }: PlanningFacts): ReadonlyMap<string, readonly Scope[]> {
  const { anchors, activeIn } = indexAnchors(inventory);
  if (unlistedIn(inventory).size + ownListingIn(inventory).size === 0) return activeIn;
  // Anchors that are due where the plan has not looked are looked for within minutes. A run of their own may
  // have been interrupted.
  const isUnseen = ownListingIn(inventory).size > 0;
  const later = [...anchors.values()].filter((anchor) => dueAt(anchor, policy) > now || isUnseen);
  return new Map([...later.map(({ anchorId }) => [anchorId, []] as const), ...activeIn]);
}

/**
 * Returns when the next rotation should start (rule 6), in Unix seconds; null where only the daily sweep has
 * a reason to look.
 */
function nextRotation(facts: {
  now: number;
  policy: Policy;
  active: ReadonlyMap<string, readonly Scope[]>;
  anchors: ReadonlyMap<string, Anchor>;
  rotating: readonly Succession[];
  blocked: readonly { anchor: string }[];
  /** More is ready than one run may carry. */
  soon: boolean;
  /** When something that is left is tried again, whatever comes due (ISO 8601). */
  againAt: readonly string[];
}): number | null {
  const { now, policy, active, anchors, rotating, blocked, soon, againAt } = facts;
  if (soon) return now + SOON;
  // An anchor that is blocked now stays so until an operator acts. The daily sweep looks again; a schedule
  // could not help.
  const left = new Set([
    ...rotating.map(({ retiring }) => retiring.anchorId),
    ...blocked.map((b) => b.anchor),
  ]);
  const tended = new Set([...active.keys(), ...rotating.map(({ successor }) => successor.anchorId)]);
  const due = [...tended]
    .filter((id) => !left.has(id) && !policy.hold.includes(id))
    .flatMap((id) => anchors.get(id) ?? [])
    .filter(({ flaw }) => !flaw)
    .map((anchor) => Math.max(dueAt(anchor, policy), now + SOON));
  const times = [...due, ...againAt.map(secondsOf)];
  return times.length > 0 ? Math.min(...times) : null;
}
