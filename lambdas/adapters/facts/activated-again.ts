import { activeSetOf, type Inventory } from '../../domain/anchor.ts';
import { textsOf } from '../../domain/audit/intents.ts';
import { secondsOf } from '../../domain/instant.ts';
import type { JournalEntry, SoakMemory } from '../../domain/memory/journal.ts';
import { indexAnchors } from '../../domain/planning/facts.ts';
import type { Journal } from '../table/journal.ts';
import { seenGone } from '../table/leaving.ts';

/**
 * Returns the remembered soaks of anchors that somebody has activated again after a run cut them. That person
 * may know of a client that the cut shut out, so the pair soaks once more (rule 5). Confirmed cuts in other
 * scopes change nothing: a soak is remembered as long as any scope is still to be cut.
 *
 * A soak counts only if a run saw the anchor gone there before `since` (Unix seconds), when the listing of
 * this inventory began. So a cut whose call never landed ends no soak (I11), and neither does a cut that was
 * made during the listing. Our own undo forgets the soak itself.
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
  /**
   * Whether a line announces a cut after this soak began, in a scope where its anchor shows as active now.
   */
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

/**
 * How far clocks may be apart, in seconds. With a longer wait, an anchor that a person activates minutes
 * after its cut would be taken for one that was never cut.
 */
const A_MOMENT = 60;
