import type { JournalEntry } from '../../lambdas/domain/memory/journal.ts';

/** What is active in a scope: the old anchors only, old and new, or the new ones only. */
export type Left = 'before' | 'both' | 'cut';

/**
 * What a run leaves in each scope, by its last change there. A scope in which the run has changed and proven
 * nothing is not in the map.
 */
export function leftIn(lines: readonly JournalEntry[]): ReadonlyMap<string, Left> {
  const left = new Map<string, Left>();
  for (const line of lines) {
    const after = line.scope === undefined ? null : leftBy(line, left.get(line.scope));
    if (line.scope !== undefined && after) left.set(line.scope, after);
  }
  return left;
}

/**
 * What is active in a scope after one line, given what was before it. Null when the line tells nothing about
 * that.
 */
function leftBy({ event, detail }: JournalEntry, was: Left | undefined): Left | null {
  const any = (...lists: unknown[]) => lists.some((list) => Array.isArray(list) && list.length > 0);
  const { activated, alreadyActive, deactivated, alreadyInactive, reactivated, standing, takenBack } = detail;
  if (event === 'activated' && any(activated, alreadyActive)) return 'both';
  if (event === 'verified' && !detail.error) return was ?? 'both';
  if (event === 'deactivated' && any(deactivated, alreadyInactive)) return 'cut';
  if (event === 'undone' && any(reactivated, standing)) return 'both';
  // Taking a successor back does not put back an anchor that was cut.
  if (event === 'undone' && any(takenBack) && was === 'both') return 'before';
  return null;
}
