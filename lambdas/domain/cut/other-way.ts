import { activeIds, isValidAt, type ListedAnchor } from '../anchor.ts';
import { WindlassError } from '../errors.ts';
import type { ScopePlan } from '../plan-document/scope-plan.ts';

/** A client that keeps its leaf, and the other anchors that let it in. */
type Relied = { client: string; anchors: readonly string[] };

/**
 * Whether a client that keeps its leaf gets in by an anchor of this scope that is not cut. `now` in Unix
 * seconds.
 */
export function staysIn(
  { successions }: ScopePlan,
  { anchors }: Relied,
  here: readonly ListedAnchor[],
  now: number,
): boolean {
  const cut = new Set(successions.flatMap(({ retiring, held }) => (held ? [] : [retiring])));
  return usableIn(here, now).some((id) => !cut.has(id) && anchors.includes(id));
}

/**
 * Throws `ClientOnRetiring` where a client keeps its leaf, and the anchor that was to let it in is inactive,
 * has expired, or may be about to be cut (I1). `elsewhere` is the fresh listing of the other scope that
 * judges the client's project, without what is about to be cut there.
 */
export function demandOtherWay(
  plan: ScopePlan,
  relied: Relied,
  here: readonly ListedAnchor[],
  elsewhere: readonly ListedAnchor[],
  now: number,
): void {
  if (staysIn(plan, relied, here, now)) return;
  if (usableIn(elsewhere, now).some((id) => relied.anchors.includes(id))) return;
  throw new WindlassError(
    'ClientOnRetiring',
    `client ${relied.client} would be locked out of ${plan.scope}: it was to get in by ${relied.anchors.join(' or ')}, which nobody trusts for it any more, or which a call that is on its way may be about to cut. Nothing was deactivated in this scope; stage a leaf of the successor for it and start a new run`,
  );
}

const usableIn = (listing: readonly ListedAnchor[], now: number): string[] =>
  activeIds(listing.filter((anchor) => isValidAt(anchor, now)));
