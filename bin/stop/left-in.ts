import type { JournalEntry } from '../../lambdas/domain/memory/journal.ts';

/** What is active in a scope: the old anchors alone, old and new, or the new ones alone. */
export type Left = 'before' | 'both' | 'cut';

/** What a run leaves in each scope, by its last line of a change there; a scope that it has changed nothing in, and proven nothing, is not among them. */
export function leftIn(lines: readonly JournalEntry[]): ReadonlyMap<string, Left> {
  const left = new Map<string, Left>();
  for (const line of lines) {
    const after = line.scope === undefined ? null : leftBy(line, left.get(line.scope));
    if (line.scope !== undefined && after) left.set(line.scope, after);
  }
  return left;
}

/** What one line says of that, by what was there before it; null where it says nothing. */
function leftBy({ event, detail }: JournalEntry, was: Left | undefined): Left | null {
  const any = (...lists: unknown[]) => lists.some((list) => Array.isArray(list) && list.length > 0);
  const { activated, alreadyActive, deactivated, alreadyInactive, reactivated, standing, takenBack } = detail;
  if (event === 'activated' && any(activated, alreadyActive)) return 'both';
  if (event === 'verified' && !detail.error) return was ?? 'both';
  if (event === 'deactivated' && any(deactivated, alreadyInactive)) return 'cut';
  if (event === 'undone' && any(reactivated, standing)) return 'both';
  // A successor that is taken back puts back nothing that was cut.
  if (event === 'undone' && any(takenBack) && was === 'both') return 'before';
  return null;
}
