import type { Verdicts } from '../../lambdas/adapters/table/verdicts.ts';
import { phases } from '../../lambdas/domain/manifest.ts';
import type { CutMemory, JournalEntry } from '../../lambdas/domain/memory/journal.ts';

/**
 * Returns those unconfirmed cuts, made by earlier runs, in whose scopes this run is at work. It has come to
 * confirm or to undo them: a client that such a cut keeps outside would stay outside without it (I10, I11). A
 * cut in any other scope may wait for days, and the stop mark keeps its scope from beginning.
 */
export async function takenUp(
  cuts: readonly CutMemory[],
  lines: readonly JournalEntry[],
  verdicts: Pick<Verdicts, 'begun' | 'of'>,
): Promise<CutMemory[]> {
  const [first] = lines;
  if (cuts.length === 0 || !first) return [];
  const execution = { id: first.execution, startedAt: first.startedAt };
  const atWork = new Set<string>();
  for (const phase of phases) {
    const [begun, ended] = await Promise.all([
      verdicts.begun({ execution, phase }),
      verdicts.of({ execution, phase }),
    ]);
    const known = new Set(ended.map(({ scope }) => scope));
    for (const scope of begun) if (!known.has(scope)) atWork.add(scope);
  }
  return cuts.filter(({ scope }) => atWork.has(scope));
}
