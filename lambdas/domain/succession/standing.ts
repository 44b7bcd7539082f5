import { activeSetOf } from '../anchor.ts';
import { secondsOf } from '../instant.ts';
import { leadsTo, leafIn } from '../leaf/client-facts.ts';
import { isCompromised } from '../planning/compromise.ts';
import { waysIn } from '../planning/direct-path.ts';
import type { PlanningFacts, Succession } from '../planning/facts.ts';
import { hasToMove } from '../planning/lasting.ts';
import { reaches } from '../planning/reach.ts';
import { isWithinPatience } from './patience.ts';
import { idsOf, isSamePair, servedSoak, whereSoaked } from './resume.ts';

const DAY = 86_400;

/** Whether the retiring anchor is compromised. */
export const isNamed = ({ retiring }: Succession, facts: PlanningFacts): boolean =>
  isCompromised(retiring.anchorId, facts);

/** Whether it has served a soak, however long ago, and does not begin another now. */
export const hasServed = (one: Succession, facts: PlanningFacts): boolean =>
  servedSoak(one, facts) !== undefined && !soaksAnew(one, facts);

/** Whether it has served its soak in the last days. */
export const isJustServed = (one: Succession, facts: PlanningFacts): boolean =>
  isWithinPatience(servedSoak(one, facts)?.soakUntil, facts.now);

/**
 * Whether it has served its soak in the last days and begins another. It does where a client now has a leaf
 * to be moved to (rule 5). It also does where it goes into scopes that have not soaked, since nothing is left
 * to do in the others. A succession that has served its soak waits for neither (I11).
 */
const soaksAnew = (one: Succession, facts: PlanningFacts): boolean =>
  isJustServed(one, facts) && (hasToMove(one, facts) || isLeftOut(one, facts));

const isLeftOut = (one: Succession, facts: PlanningFacts): boolean =>
  !isNamed(one, facts) && whereSoaked(one, facts) !== one;

/**
 * Whether its cut was made in the last days. Such a cut may leave clients outside until it is confirmed or
 * undone.
 */
export function isRecentCut({ retiring, scopes }: Succession, { memory, now }: PlanningFacts): boolean {
  const cut = memory?.cuts.find((one) => one.retiring === retiring.anchorId && scopes.includes(one.scope));
  return isWithinPatience(cut?.cutAt, now);
}

/**
 * Whether it was begun in the last days and clients run on its successor where that is active. A renewal may
 * turn them away from the leaf that they run on (F7), or an undo has forgotten the cut and the soak for which
 * they were moved.
 */
export function isJustBegun(
  one: Succession,
  { inventory, clients = [], memory, now }: PlanningFacts,
): boolean {
  const { anchorId } = one.successor;
  const begun = memory?.begun?.find((other) => isSamePair(other, idsOf(one)));
  if (!isWithinPatience(begun?.begunAt, now)) return false;
  const stands = one.scopes.some((scope) => activeSetOf(inventory, scope).has(anchorId));
  return stands && clients.some(({ running }) => leadsTo(running, anchorId));
}

/**
 * Whether it would expire before it could wait for others: through their soak and its own, with a day for
 * each turn. Also true where it has expired, and only its successor lets some client in.
 */
export function isPressed(one: Succession, facts: PlanningFacts): boolean {
  const { now, policy } = facts;
  const { expiresAt } = one.retiring;
  return expiresAt > now
    ? expiresAt <= now + 2 * (policy.soak + DAY) + policy.safetyMargin
    : isAnyToLetIn(one, facts);
}

/**
 * Whether a client of this succession gets in nowhere at a time (Unix seconds) by its running leaf, and has a
 * sound leaf of the successor (I17). A client that was moved from the retiring anchor counts as well.
 */
export function isAnyToLetIn(
  { retiring, successor, scopes }: Succession,
  facts: PlanningFacts,
  at = facts.now,
): boolean {
  const { clients = [] } = facts;
  return clients.some((client) => {
    const { running, staged, project } = client;
    const leaf = leafIn(running);
    const isOfPair = leadsTo(running, retiring.anchorId) || leadsTo(running, successor.anchorId);
    if (!leaf || !isOfPair) return false;
    const ways = waysIn(leaf, project, { ...facts, now: at });
    if (ways.some((id) => (leaf.validUntil[id] ?? 0) > at)) return false;
    const isReady = [running, staged].some(
      (held) => leadsTo(held, successor.anchorId) && leafIn(held)?.problems.length === 0,
    );
    return isReady && scopes.some((scope) => reaches(client, scope));
  });
}

/** Whether it would expire before a soak that begins now is over, with a day for its proof. */
export const isOverBySoak = ({ retiring }: Succession, { now, policy }: PlanningFacts): boolean =>
  retiring.expiresAt > now && retiring.expiresAt <= now + policy.soak + DAY;

/** Whether it was begun more than a day ago. It has not been proven everywhere since. */
export function hasHadItsDay(one: Succession, { memory, now }: PlanningFacts): boolean {
  const begun = memory?.begun?.find((other) => isSamePair(other, idsOf(one)));
  return begun !== undefined && secondsOf(begun.begunAt) <= now - DAY;
}
