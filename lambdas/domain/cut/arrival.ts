import type { ListedAnchor } from '../anchor.ts';
import type { Deactivation } from '../document.ts';
import type { ClientCheck, ScopePlan } from '../plan-document.ts';
import { cutWaysOf } from './refusals.ts';

/** What a run has just cut in a scope; an older version does not say it. */
export type JustCut = Pick<Deactivation, 'deactivated' | 'expired'> | undefined;

/** Seconds for which a cut may be confirmed, again and again. */
const CONFIRMED_WITHIN = 3_600;

/** Those of some listed anchors that have expired, or do while their cut is confirmed. Time in Unix seconds. */
export const expiredAmong = (
  ids: readonly string[],
  listing: readonly ListedAnchor[],
  now: number,
): string[] =>
  listing.flatMap(({ anchorId, expiresAt }) =>
    ids.includes(anchorId) && expiresAt <= now + CONFIRMED_WITHIN ? [anchorId] : [],
  );

/**
 * Whether a host that turns an old leaf away has heard of a cut: what was cut before may have been heard of long ago, and what has expired
 * lets nobody in, nor does a host ask anything else about a leaf that it has issued (F7).
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
