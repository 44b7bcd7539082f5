import type { Verdicts } from '../../lambdas/adapters/table/verdicts.ts';
import type { JournalEntry } from '../../lambdas/domain/memory/journal.ts';

/**
 * Returns the scopes that passed the look before their cut and have no later line. A function on its way to a
 * cut finishes even when its execution is stopped. It writes the cut down only right before making it, and
 * may wait for minutes until then (F12, I11).
 */
export async function aboutToCut(
  lines: readonly JournalEntry[],
  verdicts: Pick<Verdicts, 'of'>,
): Promise<string[]> {
  const open = new Set<string>();
  for (const { event, scope = '', detail } of lines) {
    // The look at one shard permits no cut. The line about all clients does.
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
