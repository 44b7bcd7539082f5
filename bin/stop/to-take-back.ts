import type { Verdicts } from '../../lambdas/adapters/table/verdicts.ts';
import type { JournalEntry } from '../../lambdas/domain/memory/journal.ts';

/**
 * The scopes of a run that goes wave by wave in which the overlap has let in who has to stay out. Whatever let them in may be active in other scopes, of
 * which neither lines nor verdicts tell; `Take back everywhere` comes to it right before the run ends by itself (F16).
 */
export async function toTakeBack(
  [first]: readonly JournalEntry[],
  verdicts: Pick<Verdicts, 'of'>,
): Promise<string[]> {
  if (!first) return [];
  const execution = { id: first.execution, startedAt: first.startedAt };
  // A scope that goes by itself takes back its own, and has no verdict of an overlap.
  const ended = await verdicts.of({ execution, phase: 'overlap' });
  return ended.flatMap(({ scope, error }) => (error === 'TrustWidened' ? [scope] : []));
}
