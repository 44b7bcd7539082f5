import type { Verdicts } from '../../lambdas/adapters/table/verdicts.ts';
import type { JournalEntry } from '../../lambdas/domain/memory/journal.ts';
import { isLookedAtAgain } from '../../lambdas/domain/overlap/settling.ts';

/**
 * Returns the scopes of a wave-by-wave run whose overlap let in a witness. The anchor that let it in may be
 * active in other scopes as well. `Take back everywhere` deactivates it right before the run ends by itself
 * (F16).
 */
export async function toTakeBack(
  lines: readonly JournalEntry[],
  verdicts: Pick<Verdicts, 'of'>,
): Promise<string[]> {
  const [first] = lines;
  // A scope that goes the whole way by itself takes its successor back itself.
  if (!first || lines.some(({ event, detail }) => event === 'planned' && detail.atOnce === true)) return [];
  const execution = { id: first.execution, startedAt: first.startedAt };
  const ended = await verdicts.of({ execution, phase: 'overlap' });
  const left = ended.flatMap(({ scope, error }) => (error === 'TrustWidened' ? [scope] : []));
  return [...new Set([...left, ...widenedIn(lines)])];
}

/**
 * The same scopes, read from the lines: a scope writes its verdict some time after it has taken its own
 * successor back.
 */
function widenedIn(lines: readonly JournalEntry[]): Set<string> {
  const widened = new Set<string>();
  // No scope is cut before the overlap of every scope is over. What is seen after that is not taken back
  // everywhere.
  const end = lines.findIndex(({ event }) => event === 'deactivating');
  for (const { event, scope = '', detail } of end < 0 ? lines : lines.slice(0, end)) {
    const isLook = event === 'verified' && detail.moment === 'overlap';
    if ((isLook || event === 'undone') && detail.error === 'TrustWidened') widened.add(scope);
    // A second attempt may have proven what the first did not. A shard's line tells nothing about the other
    // shards.
    if (isLook && !detail.error && !detail.shard && !isLookedAtAgain(detail)) widened.delete(scope);
  }
  return widened;
}
