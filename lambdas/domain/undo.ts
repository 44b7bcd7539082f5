import { activeIds, type ListedAnchor } from './anchor.ts';
import { WindlassError } from './errors.ts';
import type { CutMemory } from './journal.ts';

/** Failures after which the cut stands: the successor works, and only the end of the old leaf is unproven. */
const KEEPS_THE_CUT: readonly string[] = ['RetiringStillAccepted', 'RevocationInconclusive', 'Superseded'];

/** What to take back; `standing` is active already: put back by an earlier attempt, or never cut in the end. */
export type UndoDecision = { reactivate: string[]; standing: string[]; left: string[] };

/** The scope as it is listed now, every anchor that may be cut there and exists, and the time in Unix seconds. */
export type UndoFacts = {
  listing: readonly ListedAnchor[];
  existing: readonly ListedAnchor[];
  isEnforced: boolean;
  now: number;
};

/**
 * Which of our own cuts in a scope to take back after `error` (I10), by a fresh listing and by when the anchors that
 * exist expire. Compromised, expired and deleted anchors stay cut. Throws `EnforcementWouldBegin` where somebody has
 * emptied the scope since (I3).
 */
export function decideUndo(
  scope: string,
  error: string,
  cuts: readonly CutMemory[],
  { listing, existing, isEnforced, now }: UndoFacts,
): UndoDecision {
  const active = new Set(activeIds(listing));
  const remembered = cuts.filter((cut) => cut.scope === scope);
  const ours = remembered.filter((cut) => !active.has(cut.retiring));
  if (KEEPS_THE_CUT.includes(error))
    return { reactivate: [], standing: [], left: ours.map(({ retiring }) => retiring) };
  const expiresAt = new Map(existing.map((anchor) => [anchor.anchorId, anchor.expiresAt]));
  const restorable = ours.filter((cut) => !cut.compromised && (expiresAt.get(cut.retiring) ?? 0) > now);
  const reactivate = restorable.map(({ retiring }) => retiring);
  if (reactivate.length > 0 && !isEnforced)
    throw new WindlassError(
      'EnforcementWouldBegin',
      `${scope} has no active anchor any more, nor has the organization, so ${reactivate.join(', ')} was not put back: it would turn enforcement on. Somebody changed trust during the rotation`,
    );
  return {
    reactivate,
    standing: remembered.filter((cut) => !ours.includes(cut)).map(({ retiring }) => retiring),
    left: ours.filter((cut) => !restorable.includes(cut)).map(({ retiring }) => retiring),
  };
}

/** What Undo did, for the operator who reads the halt. */
export function describeUndo(scope: string, reactivated: readonly string[], left: readonly string[]): string {
  const back = reactivated.length > 0 ? `put back ${reactivated.join(', ')}` : 'put nothing back';
  return `undo in ${scope}: ${back}${left.length > 0 ? `, left ${left.join(', ')} deactivated` : ''}`;
}
