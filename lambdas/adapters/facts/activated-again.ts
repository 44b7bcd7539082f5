import { activeSetOf, type Inventory } from '../../domain/anchor.ts';
import { secondsOf } from '../../domain/instant.ts';
import type { CutMemory, SoakMemory } from '../../domain/memory/journal.ts';
import { isSamePair } from '../../domain/succession/resume.ts';
import type { Journal } from '../table/journal.ts';
import { seenDone } from '../table/leaving.ts';

/**
 * The remembered soaks of what somebody has activated again since its cut, which nobody has confirmed: that person may know of a client that the cut has
 * shut out, and nobody gives it less than a soak once more (rule 5). A run has seen it gone there: a cut whose call never landed ends no soak (I11). An undo of
 * ours forgets the soak itself.
 */
export async function activatedAgain(
  journal: Pick<Journal, 'changes' | 'ofExecution'>,
  { soaks, cuts }: { soaks: readonly SoakMemory[]; cuts: readonly CutMemory[] },
  inventory: Inventory,
): Promise<SoakMemory[]> {
  const back = cuts.filter(({ scope, retiring }) => activeSetOf(inventory, scope).has(retiring));
  const isOf = (soak: SoakMemory) => (cut: CutMemory) =>
    isSamePair(soak, cut) && secondsOf(soak.provenAt) < secondsOf(cut.cutAt);
  const asked = back.filter((cut) => soaks.some((soak) => isOf(soak)(cut)));
  if (asked.length === 0) return [];
  const times = asked.map(({ cutAt }) => secondsOf(cutAt));
  const { lines } = await journal.changes(Math.min(...times) - A_MOMENT);
  const wasDone = seenDone(journal);
  const seen: CutMemory[] = [];
  for (const cut of asked)
    for (const line of lines)
      if (line.event === 'deactivating' && line.scope === cut.scope && (await wasDone(line, cut.retiring)))
        seen.push(cut);
  return soaks.filter((soak) => seen.some(isOf(soak)));
}

/** The cut and the line that announces it are written at the same time, in seconds. */
const A_MOMENT = 60;
