import { secondsOf } from '../../domain/instant.ts';
import type { CutMemory } from '../../domain/memory/journal.ts';
import { CLOCKS, type Lease } from '../../domain/memory/lease.ts';
import type { Journal } from './journal.ts';

/**
 * How long a scope may take from its cut to the end of its undo, in seconds: two looks and the undo may each
 * be retried for 45 minutes.
 */
const AT_A_CUT = 3 * 3_600;

/**
 * Whether the rotation that has the lease is between a cut and its confirmation or undo. A run that took over
 * then would leave clients outside (I10). A cut that stands stays unconfirmed as long as other scopes take,
 * and is left to the next run, so only recent cuts count. `stale` are cuts that somebody has put back by now.
 * `now` in Unix seconds.
 */
export async function isAtItsCut(
  journal: Pick<Journal, 'cuts'>,
  { takenAt }: Pick<Lease, 'takenAt'>,
  { stale, now }: { stale: readonly CutMemory[]; now: number },
): Promise<boolean> {
  // The step that cuts has another clock than the step that took the lease.
  const since = Math.max(secondsOf(takenAt) - CLOCKS, now - AT_A_CUT);
  const isBack = (cut: CutMemory) =>
    stale.some((one) => one.scope === cut.scope && one.retiring === cut.retiring && one.cutAt === cut.cutAt);
  const cuts = await journal.cuts();
  return cuts.some((cut) => secondsOf(cut.cutAt) >= since && !isBack(cut));
}
