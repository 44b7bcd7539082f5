import {
  type Anchor,
  activeIds,
  isValidAt,
  type ListedAnchor,
  listingOf,
  type Scope,
  scopesOf,
  unlistedIn,
} from '../anchor.ts';
import { secondsOf } from '../instant.ts';
import type { CutMemory } from '../memory/journal.ts';
import { ON_ITS_WAY } from '../memory/lease.ts';
import type { Blocked } from '../plan-document/blocked.ts';
import { isCompromised } from '../planning/compromise.ts';
import { indexAnchors, type PlanningFacts, type Succession } from '../planning/facts.ts';
import { isFit } from '../succession/fitness.ts';
import { lineageOf } from '../succession/lineage.ts';
import { chooseSuccessor } from '../succession/successor.ts';
import { deleted, stranding, unenforced, whyNotAgain } from './stranding.ts';

/**
 * Whether a cut is so young that its call may still be on its way, although it does not show. `now` in Unix
 * seconds.
 */
export const isOnItsWay = ({ cutAt }: CutMemory, now: number): boolean => secondsOf(cutAt) > now - ON_ITS_WAY;

/**
 * Returns the listed anchors of a scope that a client may rely on. Leaves out an anchor that a call on its
 * way may be about to deactivate, although it shows as active (I1). `now` in Unix seconds.
 */
export function withoutLeaving(
  scope: Scope,
  listing: readonly ListedAnchor[],
  cuts: readonly CutMemory[],
  now: number,
): ListedAnchor[] {
  const young = cuts.filter((cut) => cut.scope === scope && isOnItsWay(cut, now));
  const leaving = new Set(young.map(({ retiring }) => retiring));
  return listing.filter(({ anchorId }) => !leaving.has(anchorId));
}

/** What becomes of the unconfirmed cuts. A young cut that does not show yet is in none of these lists. */
export type Unconfirmed = {
  /**
   * This run can still confirm them. Where somebody has deactivated the successor since, the run activates
   * one again (I11).
   */
  resumed: Succession[];
  /** Clients may be outside, or mutual TLS is off, and only a person can or may change that (I3, I13). */
  stranded: Blocked[];
  /**
   * Somebody has changed trust since, for example by activating the anchor again: these are to be forgotten.
   */
  stale: CutMemory[];
};

/**
 * Divides the unconfirmed cuts by what this run can do about them. A hold on the anchor is no reason to
 * forget a cut: confirming it touches nothing.
 */
export function unconfirmedCuts(cuts: readonly CutMemory[], facts: PlanningFacts): Unconfirmed {
  const { inventory, now } = facts;
  const { anchors } = indexAnchors(inventory);
  const scopes = new Set(scopesOf(inventory).map(({ scope }) => scope));
  const divided: Unconfirmed = { resumed: [], stranded: [], stale: [] };
  const unlisted = unlistedIn(inventory);
  const byScope = Map.groupBy(cuts, ({ scope }) => scope);
  for (const cut of cuts) {
    // Nobody knows what is active in a project that is archived or could not be listed, so such a cut stays
    // remembered as it is (I9).
    if (unlisted.has(cut.scope) || !scopes.has(cut.scope)) continue;
    const retiring = anchors.get(cut.retiring);
    const active = activeIds(listingOf(inventory, cut.scope));
    const isBack = active.includes(cut.retiring);
    if (isBack && isOnItsWay(cut, now)) continue;
    if (isBack) {
      divided.stale.push(cut);
      continue;
    }
    if (active.length === 0 && activeIds(inventory.organization).length === 0) {
      divided.stale.push(cut);
      divided.stranded.push({ anchor: cut.retiring, reason: unenforced(cut), off: true });
      continue;
    }
    if (!retiring) {
      const stands = active.includes(cut.successor);
      if (!stands) divided.stranded.push({ anchor: cut.retiring, reason: deleted(cut) });
      // Told once where somebody has activated another generation, and every day where there is none.
      if (stands || !isLost(cut, active, anchors)) divided.stale.push(cut);
      continue;
    }
    // An anchor that was cut beside it cannot be its successor: that anchor's own cut would be made again
    // right after (rule 2).
    const gone = new Set(byScope.get(cut.scope)?.map((one) => one.retiring));
    const staying = new Map([...anchors].filter(([id]) => !gone.has(id) || active.includes(id)));
    const successor = successorOf(cut, { retiring, active, anchors: staying }, facts);
    if (typeof successor === 'string')
      divided.stranded.push({ anchor: cut.retiring, reason: stranding(cut, active, successor, facts) });
    else {
      const authority = lineageOf(retiring.name)?.authority ?? null;
      divided.resumed.push({ authority, retiring, successor, scopes: [cut.scope] });
    }
  }
  return divided;
}

/**
 * True for a cut whose anchor was deleted since, where neither its successor nor any other anchor of the
 * authority is active. Nothing can be put back, and the clients that were moved may be outside.
 */
function isLost(
  { successor }: CutMemory,
  active: readonly string[],
  anchors: ReadonlyMap<string, Anchor>,
): boolean {
  const authorityOf = (id: string) => lineageOf(anchors.get(id)?.name ?? null)?.authority;
  const authority = authorityOf(successor);
  const isReplaced = active.some((id) => authority && authorityOf(id) === authority);
  return anchors.has(successor) && !isReplaced;
}

/**
 * Returns the anchor to confirm a cut with: its successor, or an anchor that was activated in its place.
 * Where neither is active, clients are outside, and the anchor that is returned has to be activated again.
 * Returns the reason as text where there is none.
 */
function successorOf(
  cut: CutMemory,
  {
    retiring,
    active,
    anchors,
  }: { retiring: Anchor; active: readonly string[]; anchors: ReadonlyMap<string, Anchor> },
  facts: PlanningFacts,
): Anchor | string {
  const remembered = anchors.get(cut.successor);
  // An expired successor lets nobody in, and no probe could ever confirm a cut with it.
  const isTrusted =
    remembered !== undefined && isValidAt(remembered, facts.now) && !isCompromised(cut.successor, facts);
  if (isTrusted && active.includes(cut.successor)) return remembered;
  const why = (one: Anchor) => (active.includes(one.anchorId) ? null : whyNotAgain(one, cut, facts));
  // A run never chooses an anchor that was taken back: only a person tries it again.
  const all = [...anchors.values()];
  const chosen = chooseSuccessor(
    retiring,
    all.filter((one) => why(one) === null),
    facts,
  );
  const latest = 'reason' in chosen ? chosen.reason : chosen.successor;
  if (typeof latest !== 'string' && active.includes(latest.anchorId)) return latest;
  // The clients run on leaves of the remembered successor. Another anchor that nobody has activated lets none
  // of them in (I10).
  if (isTrusted && isFit(remembered, retiring, facts)) return why(remembered) ?? remembered;
  return typeof latest === 'string' ? (all.flatMap((one) => why(one) ?? [])[0] ?? latest) : latest;
}
