import type { AtWork } from '../../domain/blocked/outlasted.ts';
import { secondsOf } from '../../domain/instant.ts';
import type { JournalEntry } from '../../domain/memory/journal.ts';
import type { Lease } from '../../domain/memory/lease.ts';
import type { CarriedPlan } from '../../domain/plan-document/carried-plan.ts';
import { soaksOf } from '../../domain/succession/resume.ts';
import type { Journal } from '../table/journal.ts';

/** How far the clocks of two functions may be apart, in seconds. */
const SKEW = 600;

/**
 * Returns the lines with which the rotation that has the lease wrote down its plan; none if it has no plan
 * yet.
 */
export async function plannedBy(
  journal: Pick<Journal, 'changes'>,
  { holder, takenAt }: Pick<Lease, 'holder' | 'takenAt'>,
): Promise<JournalEntry[]> {
  const { lines } = await journal.changes(secondsOf(takenAt) - SKEW);
  return lines.filter(({ event, execution }) => event === 'planned' && execution === holder);
}

/**
 * Returns what the rotation that has the lease is doing; null while it has no plan. `now` in Unix seconds.
 */
export async function atWork(
  journal: Pick<Journal, 'changes' | 'soaks'>,
  lease: Pick<Lease, 'holder' | 'takenAt'>,
  now: number,
): Promise<AtWork | null> {
  const planned = await plannedBy(journal, lease);
  if (planned.length === 0) return null;
  const details = planned.map(({ detail }): Partial<CarriedPlan> => detail);
  const successions = details.flatMap((detail) => detail.successions ?? []);
  const soaks = soaksOf(successions, await journal.soaks());
  const ends = soaks.map(({ soakUntil }) => secondsOf(soakUntil));
  // A run that only confirms cuts of an earlier run does not soak any more.
  const isConfirming = successions.every(({ resumed }) => resumed);
  const [{ soakSeconds = 0 } = {}] = details;
  return {
    retiring: new Set(successions.map(({ retiring }) => retiring)),
    blocked: new Set(details.flatMap(({ blocked = [] }) => blocked.map(({ anchor }) => anchor))),
    // Until its overlap is proven, the whole soak is still to come.
    until: Math.max(now, ...(ends.length > 0 || isConfirming ? ends : [now + soakSeconds])),
    isSoaking: ends.some((end) => end > now),
  };
}
