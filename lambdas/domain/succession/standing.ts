import { activeSetOf } from '../anchor.ts';
import { leadsTo, leafIn } from '../client.ts';
import { secondsOf } from '../instant.ts';
import { isCompromised } from '../planning/compromise.ts';
import { waysIn } from '../planning/direct-path.ts';
import type { PlanningFacts, Succession } from '../planning/facts.ts';
import { hasToMove } from '../planning/lasting.ts';
import { reaches } from '../planning/reach.ts';
import { isWithinPatience } from './patience.ts';
import { idsOf, isSamePair, servedSoak, whereSoaked } from './resume.ts';

const DAY = 86_400;

/** What retires is compromised. */
export const isNamed = ({ retiring }: Succession, facts: PlanningFacts): boolean =>
  isCompromised(retiring.anchorId, facts);

/** It has served a soak, however long ago, and serves no other now. */
export const hasServed = (one: Succession, facts: PlanningFacts): boolean =>
  servedSoak(one, facts) !== undefined && !soaksAnew(one, facts);

/** It has served its soak in the last days. */
export const isJustServed = (one: Succession, facts: PlanningFacts): boolean =>
  isWithinPatience(servedSoak(one, facts)?.soakUntil, facts.now);

/**
 * It has served its soak in the last days, and begins another: somebody has a leaf to be moved to by now (rule 5), or it goes in scopes as well that it has not
 * soaked in, since nothing is left to do in the others. What has served its own waits for none of that (I11).
 */
const soaksAnew = (one: Succession, facts: PlanningFacts): boolean =>
  isJustServed(one, facts) && (hasToMove(one, facts) || isLeftOut(one, facts));

const isLeftOut = (one: Succession, facts: PlanningFacts): boolean =>
  !isNamed(one, facts) && whereSoaked(one, facts) !== one;

/** A cut of the last days, which leaves clients outside until it is confirmed or undone. */
export function isRecentCut({ retiring, scopes }: Succession, { memory, now }: PlanningFacts): boolean {
  const cut = memory?.cuts.find((one) => one.retiring === retiring.anchorId && scopes.includes(one.scope));
  return isWithinPatience(cut?.cutAt, now);
}

/**
 * Begun in the last days, and clients run on its successor where that stands active: a renewal may turn them away from what they run on (F7),
 * or an undo has forgotten the cut and the soak that they were moved for.
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
 * It would expire before it could wait for others: through their soak and its own, with a day for each turn. Or it has expired, and only its successor
 * lets somebody in.
 */
export function isPressed(one: Succession, facts: PlanningFacts): boolean {
  const { now, policy } = facts;
  const { expiresAt } = one.retiring;
  return expiresAt > now
    ? expiresAt <= now + 2 * (policy.soak + DAY) + policy.safetyMargin
    : isAnyToLetIn(one, facts);
}

/**
 * Whether somebody who runs on what retires, or was moved from it, gets in nowhere at a time (Unix seconds) by the leaf he has, and has a sound leaf of the successor
 * (I17).
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

/** It would expire before a soak that begins now is over, and a day for it to be proven. */
export const isOverBySoak = ({ retiring }: Succession, { now, policy }: PlanningFacts): boolean =>
  retiring.expiresAt > now && retiring.expiresAt <= now + policy.soak + DAY;

/** It was begun more than a day ago, and has not been proven everywhere. */
export function hasHadItsDay(one: Succession, { memory, now }: PlanningFacts): boolean {
  const begun = memory?.begun?.find((other) => isSamePair(other, idsOf(one)));
  return begun !== undefined && secondsOf(begun.begunAt) <= now - DAY;
}
