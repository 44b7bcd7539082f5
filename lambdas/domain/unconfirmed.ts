import { type Anchor, activeIds, listingOf } from './anchor.ts';
import type { Blocked } from './document.ts';
import type { CutMemory } from './journal.ts';
import { lineageOf } from './lineage.ts';
import { findSuccessor, indexAnchors, isFit, type PlanningFacts, type Succession } from './succession.ts';

/** Longer than a step runs and clocks differ, in seconds. */
const ON_ITS_WAY = 900;

/** A cut so young that its call may still be on its way, though it does not show. `now` in Unix seconds. */
export const isOnItsWay = ({ cutAt }: CutMemory, now: number): boolean =>
  Date.parse(cutAt) / 1000 > now - ON_ITS_WAY;

/** What becomes of the cuts that nobody confirmed; a young one that does not show yet is none of these. */
export type Unconfirmed = {
  /** This run can still confirm them; where somebody has taken the successor out since, it activates one again (I11). */
  resumed: Succession[];
  /** Neither anchor is active, and none can take their place: clients may be outside until a person acts. */
  stranded: Blocked[];
  /** Overtaken by somebody else since (the anchor is active again, gone or held, or nothing is enforced): to be forgotten. */
  stale: CutMemory[];
};

/** Divides the cuts that nobody confirmed by what this run can do about them. */
export function unconfirmedCuts(cuts: readonly CutMemory[], facts: PlanningFacts): Unconfirmed {
  const { anchors } = indexAnchors(facts.inventory);
  const divided: Unconfirmed = { resumed: [], stranded: [], stale: [] };
  for (const cut of cuts) {
    const retiring = anchors.get(cut.retiring);
    const active = activeIds(listingOf(facts.inventory, cut.scope));
    if (active.includes(cut.retiring) && isOnItsWay(cut, facts.now)) continue;
    if (!retiring || active.includes(cut.retiring) || facts.policy.hold.includes(cut.retiring)) {
      divided.stale.push(cut);
      continue;
    }
    const successor = successorOf(cut, { retiring, active, anchors }, facts);
    if (successor === null) divided.stale.push(cut);
    else if (typeof successor === 'string')
      divided.stranded.push({ anchor: cut.retiring, reason: stranding(cut, successor) });
    else {
      const authority = lineageOf(retiring.name)?.authority ?? null;
      divided.resumed.push({ authority, retiring, successor, scopes: [cut.scope] });
    }
  }
  return divided;
}

/**
 * The anchor that a cut has to be confirmed with: its successor, or what has been activated in that one's place. When
 * neither is active any more, clients are outside, and one has to be activated again; null where nothing enforces by
 * now, so that this would begin it (I3), and the reason where there is none that could.
 */
function successorOf(
  cut: CutMemory,
  {
    retiring,
    active,
    anchors,
  }: { retiring: Anchor; active: readonly string[]; anchors: Map<string, Anchor> },
  facts: PlanningFacts,
): Anchor | string | null {
  const remembered = anchors.get(cut.successor);
  if (remembered && active.includes(cut.successor)) return remembered;
  if (active.length === 0 && activeIds(facts.inventory.organization).length === 0) return null;
  const latest = findSuccessor(retiring, [...anchors.values()], facts);
  if (typeof latest !== 'string' && active.includes(latest.anchorId)) return latest;
  // Its leaf is what the clients run on.
  return remembered && isFit(remembered, retiring, facts) ? remembered : latest;
}

const stranding = ({ scope, retiring, successor }: CutMemory, why: string): string =>
  `${retiring} was cut in ${scope}, and its successor ${successor} is not active there any more, so clients may be outside: activate one of the two there again. By itself this cannot be finished: ${why}`;
