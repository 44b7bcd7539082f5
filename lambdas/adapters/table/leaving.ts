import type { Inventory } from '../../domain/anchor.ts';
import { activeSetOf } from '../../domain/anchor.ts';
import { intentOf, textsOf } from '../../domain/audit/intents.ts';
import { DEACTIVATED } from '../../domain/audit/logged-change.ts';
import type { JournalEntry, Leaving } from '../../domain/memory/journal.ts';
import { ON_ITS_WAY } from '../../domain/memory/lease.ts';
import type { Journal } from './journal.ts';

/**
 * What an earlier run was about to deactivate, be it a cut or a successor that it took back, where it shows as active and nobody has seen it gone:
 * the call may still be on its way. `now` in Unix seconds.
 */
export async function leavingNow(journal: Journal, inventory: Inventory, now: number): Promise<Leaving[]> {
  const { lines } = await journal.changes(now - ON_ITS_WAY);
  const leaving: Leaving[] = [];
  for (const line of lines)
    for (const { type, scope, at, anchors } of intentOf(line)) {
      const active = type === DEACTIVATED ? activeSetOf(inventory, scope) : new Set();
      for (const anchorId of anchors)
        if (active.has(anchorId) && !(await wasDone(journal, line, anchorId)))
          leaving.push({ scope, anchorId, until: at + ON_ITS_WAY });
    }
  return leaving;
}

/** Whether the run that was about to deactivate an anchor has seen it inactive afterwards. */
export async function wasDone(
  journal: Journal,
  { execution, startedAt, scope }: JournalEntry,
  anchorId: string,
): Promise<boolean> {
  const lines = await journal.ofExecution({ id: execution, startedAt });
  return lines.some(
    (line) =>
      line.scope === scope &&
      [line.detail.takenBack, line.detail.deactivated].some((ids) => textsOf(ids).includes(anchorId)),
  );
}
