import type { Verdicts } from '../../lambdas/adapters/table/verdicts.ts';
import { phases } from '../../lambdas/domain/manifest.ts';
import type { JournalEntry } from '../../lambdas/domain/memory/journal.ts';
import { isLookedAtAgain } from '../../lambdas/domain/overlap/settling.ts';

/**
 * Returns the scopes in which a run has activated, or is about to activate, a successor that is neither
 * proven nor taken back. Hosts may ask a renewal first. One whose filter refuses the clients locks them out
 * until its undo (F7, I11). A scope that has ended keeps its state, and so does every scope after the
 * promotion.
 */
export async function activatedIn(
  lines: readonly JournalEntry[],
  verdicts: Pick<Verdicts, 'of'>,
): Promise<string[]> {
  const isOver = ({ event, scope }: JournalEntry): boolean => event === 'promoted' && scope === undefined;
  const since = lines.slice(lines.findLastIndex(isOver) + 1);
  const open = new Set<string>();
  for (const { event, scope = '', detail } of since) {
    // `looked` is written when hosts may ask the successor first. The function that then activates it may
    // wait for minutes before it writes that down (F12). It finishes even when its execution is stopped.
    if (event === 'looked' || event === 'activating') open.add(scope);
    // A shard's line proves nothing about the clients of other shards. The line about all clients does.
    const isProven = event === 'verified' && !detail.error && !detail.shard && !isLookedAtAgain(detail);
    if (event === 'undone' || isProven) open.delete(scope);
  }
  const [first] = since;
  if (open.size === 0 || !first) return [];
  const execution = { id: first.execution, startedAt: first.startedAt };
  const ended = await Promise.all(phases.map((phase) => verdicts.of({ execution, phase })));
  for (const { scope } of ended.flat()) open.delete(scope);
  return [...open];
}
