import type { Verdicts } from '../../lambdas/adapters/table/verdicts.ts';
import { phases } from '../../lambdas/domain/manifest.ts';
import type { JournalEntry } from '../../lambdas/domain/memory/journal.ts';
import { isLookedAtAgain } from '../../lambdas/domain/overlap/settling.ts';

/**
 * The scopes in which a run has activated a successor, or is about to, that is neither proven nor taken back: hosts may ask a renewal first, and
 * one whose filter refuses the clients locks them out until its undo (F7, I11). A scope that has come to its end keeps what it has, and so has
 * every scope once the clients were moved.
 */
export async function activatedIn(
  lines: readonly JournalEntry[],
  verdicts: Pick<Verdicts, 'of'>,
): Promise<string[]> {
  const isOver = ({ event, scope }: JournalEntry): boolean => event === 'promoted' && scope === undefined;
  const since = lines.slice(lines.findLastIndex(isOver) + 1);
  const open = new Set<string>();
  for (const { event, scope = '', detail } of since) {
    // Who is outside is looked at where hosts may ask the successor first. The function that activates it follows, may wait for minutes before
    // it writes that down (F12), and goes on to its end whatever becomes of its execution.
    if (event === 'looked' || event === 'activating') open.add(scope);
    // A shard proves nothing of the clients of the others: the line of all does.
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
