import { activeIds, type ListedAnchor } from '../anchor.ts';
import { type ErrorName, WindlassError } from '../errors.ts';
import type { CutMemory } from '../memory/journal.ts';
import type { ScopePlan } from '../plan-document/scope-plan.ts';

/**
 * Failures after which the cut stands: the successor works, and only the refusal of the old leaf is unproven.
 */
export const KEEPS_THE_CUT: readonly ErrorName[] = [
  'RetiringStillAccepted',
  'RevocationInconclusive',
  'Superseded',
];

/**
 * What to take back. `standing` is listed as active: an earlier attempt put it back, or it was never cut. A
 * listing may be older than the cut, so those of them that may be active are activated `again`.
 */
export type UndoDecision = { reactivate: string[]; standing: string[]; again: string[]; left: Left[] };

/** An anchor that stays cut, and why, in the words of a halt. */
type Left = { anchorId: string; why: string };

/**
 * The facts of an undo: the scope as it is listed now (`listing`), and every anchor that may be cut there and
 * exists (`existing`). `hold` are the anchors that are on hold by now. `now` in Unix seconds.
 */
export type UndoFacts = {
  listing: readonly ListedAnchor[];
  existing: readonly ListedAnchor[];
  isEnforced: boolean;
  hold: readonly string[];
  now: number;
};

/**
 * Decides which of our own cuts in a scope are taken back after `error` (I10), by a fresh listing and by when
 * the existing anchors expire. Compromised, held, expired and deleted anchors stay cut. Throws
 * `EnforcementWouldBegin` where somebody has emptied the scope since (I3).
 */
export function decideUndo(
  scope: string,
  error: string,
  cuts: readonly CutMemory[],
  facts: UndoFacts,
): UndoDecision {
  const active = new Set(activeIds(facts.listing));
  const remembered = cuts.filter((cut) => cut.scope === scope);
  const ours = remembered.filter((cut) => !active.has(cut.retiring));
  const kept = KEEPS_THE_CUT.includes(error as ErrorName);
  const left: Left[] = [];
  const reactivate: string[] = [];
  for (const cut of ours) {
    const why = kept ? 'the cut stands' : whyLeft(cut, facts);
    if (why === null) reactivate.push(cut.retiring);
    else left.push({ anchorId: cut.retiring, why });
  }
  demandEnforced(scope, reactivate, facts);
  const standing = remembered.filter((cut) => !kept && !ours.includes(cut));
  const again = standing.filter((cut) => whyLeft(cut, facts) === null);
  return { reactivate, standing: idsOf(standing), again: idsOf(again), left };
}

const idsOf = (cuts: readonly CutMemory[]): string[] => cuts.map(({ retiring }) => retiring);

/**
 * Returns the cuts of a scope that its plan concerns: those that it makes or takes up, and those in favour of
 * an anchor that it names. Any other cut of an earlier run stands, or waits for its own run. This halt says
 * nothing of it (I4, I17).
 */
export function concernedBy({ successions }: Pick<ScopePlan, 'successions'>, cuts: readonly CutMemory[]) {
  const named = new Set(successions.flatMap(({ retiring, successor }) => [retiring, successor]));
  return cuts.filter(({ retiring, successor }) => named.has(retiring) || named.has(successor));
}

/** Throws `EnforcementWouldBegin` where these anchors would be the first active ones (I3, F8). */
export function demandEnforced(
  scope: string,
  reactivate: readonly string[],
  { isEnforced }: Pick<UndoFacts, 'isEnforced'>,
): void {
  if (reactivate.length === 0 || isEnforced) return;
  throw new WindlassError(
    'EnforcementWouldBegin',
    `${scope} has no active anchor any more, nor has the organization, so ${reactivate.join(', ')} was not put back: it would turn enforcement on. Somebody changed trust during the rotation`,
  );
}

/** Returns why an anchor has to stay cut; null where it is to be put back. */
function whyLeft({ retiring, compromised }: CutMemory, { existing, hold, now }: UndoFacts): string | null {
  if (compromised) return 'named as compromised';
  if (hold.includes(retiring)) return 'on hold by now';
  const anchor = existing.find(({ anchorId }) => anchorId === retiring);
  if (!anchor) return 'deleted by now';
  return anchor.flaw || anchor.expiresAt > now ? null : 'expired';
}

/** Says what Undo did, for the operator who reads the halt. */
export function describeUndo(
  scope: string,
  { reactivate, standing, left }: Omit<UndoDecision, 'again'>,
): string {
  const rest = left.map(({ anchorId, why }) => `${anchorId} (${why})`);
  const told = (what: string, ids: readonly string[]) =>
    ids.length > 0 ? [`${what} ${ids.join(', ')}`] : [];
  const active = [...told('put back', reactivate), ...told('found active', standing)];
  const all = [...(active.length > 0 ? active : ['nothing to put back']), ...told('left deactivated:', rest)];
  return `undo in ${scope}: ${all.join(', ')}`;
}
