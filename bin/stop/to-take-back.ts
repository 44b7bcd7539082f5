import type { Verdicts } from '../../lambdas/adapters/table/verdicts.ts';
import type { JournalEntry } from '../../lambdas/domain/memory/journal.ts';
import { isLookedAtAgain } from '../../lambdas/domain/overlap/settling.ts';

/**
 * The scopes of a run that goes wave by wave in which the overlap has let in who has to stay out. Whatever let them in may be active in other scopes;
 * `Take back everywhere` comes to it right before the run ends by itself (F16).
 */
export async function toTakeBack(
  lines: readonly JournalEntry[],
  verdicts: Pick<Verdicts, 'of'>,
): Promise<string[]> {
  const [first] = lines;
  // A scope that goes by itself takes back its own.
  if (!first || lines.some(({ event, detail }) => event === 'planned' && detail.atOnce === true)) return [];
  const execution = { id: first.execution, startedAt: first.startedAt };
  const ended = await verdicts.of({ execution, phase: 'overlap' });
  const left = ended.flatMap(({ scope, error }) => (error === 'TrustWidened' ? [scope] : []));
  return [...new Set([...left, ...widenedIn(lines)])];
}

/** The same by the lines: a scope leaves its verdict some time after it has taken back its own. */
function widenedIn(lines: readonly JournalEntry[]): Set<string> {
  const widened = new Set<string>();
  // No scope is cut before the overlap of each is over. What is seen since is another matter: nobody takes that back everywhere.
  const end = lines.findIndex(({ event }) => event === 'deactivating');
  for (const { event, scope = '', detail } of end < 0 ? lines : lines.slice(0, end)) {
    const isLook = event === 'verified' && detail.moment === 'overlap';
    if ((isLook || event === 'undone') && detail.error === 'TrustWidened') widened.add(scope);
    // A second attempt may have proven what the first has not. The line of one shard says nothing of the others.
    if (isLook && !detail.error && !detail.shard && !isLookedAtAgain(detail)) widened.delete(scope);
  }
  return widened;
}
