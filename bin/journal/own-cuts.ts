import { textsOf } from '../../lambdas/domain/audit/intents.ts';
import type { CutMemory, JournalEntry } from '../../lambdas/domain/memory/journal.ts';

/**
 * Returns those unconfirmed cuts that were made by the run that began at `startedAt` and wrote these lines.
 * An earlier run's cut may wait for days in this run; the next run takes it up as well. The cutting
 * function's clock may differ from Step Functions'. So a cut also counts when the run's lines announce it.
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
