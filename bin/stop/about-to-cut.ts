import type { Verdicts } from '../../lambdas/adapters/table/verdicts.ts';
import type { JournalEntry } from '../../lambdas/domain/memory/journal.ts';

/**
 * The scopes that were looked at before their cut and have said nothing since. A function that is on its way to the cut goes on to its end, whatever
 * becomes of its execution: it writes the cut down only right before it makes it, and may wait for minutes until then (F12, I11).
 */
export async function aboutToCut(
  lines: readonly JournalEntry[],
  verdicts: Pick<Verdicts, 'of'>,
): Promise<string[]> {
  const open = new Set<string>();
  for (const { event, scope = '', detail } of lines) {
    // The look at one shard of its clients lets nobody cut: the line of all does.
    if (event === 'verified' && detail.moment === 'beforeCut' && !detail.error && !detail.shard)
      open.add(scope);
    if (event === 'deactivated' || event === 'undone') open.delete(scope);
  }
  const [first] = lines;
  if (open.size === 0 || !first) return [];
  const execution = { id: first.execution, startedAt: first.startedAt };
  for (const { scope } of await verdicts.of({ execution, phase: 'cut' })) open.delete(scope);
  return [...open];
}
