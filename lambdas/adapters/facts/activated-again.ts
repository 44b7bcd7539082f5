import { activeSetOf, type Inventory } from '../../domain/anchor.ts';
import { textsOf } from '../../domain/audit/intents.ts';
import { secondsOf } from '../../domain/instant.ts';
import type { JournalEntry, SoakMemory } from '../../domain/memory/journal.ts';
import { indexAnchors } from '../../domain/planning/facts.ts';
import type { Journal } from '../table/journal.ts';
import { seenGone } from '../table/leaving.ts';

/**
 * The remembered soaks of what somebody has activated again since its cut: that person may know of a client that the cut has
 * shut out, and nobody gives it less than a soak once more (rule 5). What was confirmed elsewhere says nothing of that: the soak is remembered for as long as
 * another scope is to be cut. A run has seen it gone there before `since` (Unix seconds), from when on the inventory was listed: a cut whose call never landed
 * ends no soak (I11), nor does one that was made while this was listed. An undo of ours forgets the soak itself.
 */
export async function activatedAgain(
  journal: Pick<Journal, 'changes' | 'ofExecution'>,
  soaks: readonly SoakMemory[],
  { inventory, since }: { inventory: Inventory; since: number },
): Promise<SoakMemory[]> {
  const { activeIn } = indexAnchors(inventory);
  const isLeft = ({ retiring, except = [] }: SoakMemory) =>
    (activeIn.get(retiring) ?? []).some((scope) => !except.includes(scope));
  const left = soaks.filter(isLeft);
  if (left.length === 0) return [];
  const { lines } = await journal.changes(Math.min(...left.map(({ provenAt }) => secondsOf(provenAt))));
  const goneAtOf = seenGone(journal, { orFound: true });
  /** Whether a line announces a cut after this soak began, in a scope where its anchor shows as active now. */
  const isBack = ({ event, scope = '', at, detail }: JournalEntry, soak: SoakMemory) =>
    event === 'deactivating' &&
    textsOf(detail.deactivating).includes(soak.retiring) &&
    secondsOf(at) > secondsOf(soak.provenAt) &&
    !soak.except?.includes(scope) &&
    activeSetOf(inventory, scope).has(soak.retiring);
  const ended = new Set<SoakMemory>();
  for (const line of lines)
    for (const soak of left)
      if (!ended.has(soak) && isBack(line, soak)) {
        const goneAt = await goneAtOf(line, soak.retiring);
        if (goneAt !== undefined && goneAt + A_MOMENT < since) ended.add(soak);
      }
  return [...ended];
}

/** What clocks may differ by, in seconds: whoever waited longer would take what a person has activated minutes after its cut for what was never cut. */
const A_MOMENT = 60;
