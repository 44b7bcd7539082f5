import { inOrder } from '../../domain/memory/in-order.ts';
import type { JournalEntry } from '../../domain/memory/journal.ts';
import type { Journal } from '../table/journal.ts';

/** What runs were about to change, in order, and by scope. */
type Read = {
  lines: readonly JournalEntry[];
  byScope: ReadonlyMap<string | undefined, readonly JournalEntry[]>;
};

/** Returns the trail from a time on, in Unix seconds. The answer may also have older lines. */
export type TrailOnce = (since: number) => Promise<Read>;

/**
 * Reads the trail once, however often it is asked for, and again only when older lines are asked for. The
 * trail has the lines of every scope, thousands of them (I18).
 */
export function trailOnce(journal: Pick<Journal, 'changes'>): TrailOnce {
  let widest: { since: number; read: Promise<Read> } | undefined;
  return (since) => {
    if (!widest || since < widest.since) {
      const read = journal.changes(since).then((changes) => {
        const lines = changes.lines.toSorted(inOrder);
        return { lines, byScope: Map.groupBy(lines, ({ scope }) => scope) };
      });
      widest = { since, read };
    }
    return widest.read;
  };
}
