import type { ListedAnchor } from '../anchor.ts';
import type { Deactivation } from '../document.ts';
import type { ClientCheck } from '../plan-document/client-check.ts';
import type { ScopePlan } from '../plan-document/scope-plan.ts';
import { cutWaysOf } from './refusals.ts';

/** What a run has just cut in a scope. A state of an older version does not have it. */
export type JustCut = Pick<Deactivation, 'deactivated' | 'expired'> | undefined;

/** Seconds within which a cut may still be confirmed, with all repeated looks. */
const CONFIRMED_WITHIN = 3_600;

/**
 * Returns those ids whose listed anchors have expired, or expire while their cut is confirmed. Time in Unix
 * seconds.
 */
export const expiredAmong = (
  ids: readonly string[],
  listing: readonly ListedAnchor[],
  now: number,
): string[] =>
  listing.flatMap(({ anchorId, expiresAt }) =>
    ids.includes(anchorId) && expiresAt <= now + CONFIRMED_WITHIN ? [anchorId] : [],
  );

/**
 * Whether a host's refusal of an old leaf shows that the host has heard of this cut. It does not for an
 * anchor that was cut before, since hosts may have heard of that long ago. It does not for an expired anchor,
 * which lets nobody in anyway: for a leaf that it has issued, a host asks no other anchor (F7).
 */
export function showsArrival(
  check: ClientCheck,
  { successions }: Pick<ScopePlan, 'successions'>,
  cut: JustCut,
): boolean {
  if (!cut) return true;
  const { deactivated, expired = [] } = cut;
  const ways = cutWaysOf(check, successions);
  return ways.some((id) => deactivated.includes(id)) && !ways.some((id) => expired.includes(id));
}
