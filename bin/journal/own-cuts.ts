import { textsOf } from '../../lambdas/domain/audit/intents.ts';
import type { CutMemory, JournalEntry } from '../../lambdas/domain/memory/journal.ts';

/**
 * Of the cuts that nobody has confirmed, those of the run that began then and has written these lines. One of an earlier run waits for its turn in this
 * one, perhaps for days: the next run takes it up as well. The function that cuts has another clock than Step Functions, so that a cut is the run's also
 * where its lines announce it.
 */
export function ownCuts(
  cuts: readonly CutMemory[],
  lines: readonly JournalEntry[],
  startedAt: string,
): CutMemory[] {
  const announced = new Set(
    lines
      .filter(({ event }) => event === 'deactivating')
      .flatMap(({ scope, detail }) => textsOf(detail.deactivating).map((id) => `${scope} ${id}`)),
  );
  return cuts.filter(
    ({ cutAt, scope, retiring }) => cutAt >= startedAt || announced.has(`${scope} ${retiring}`),
  );
}
