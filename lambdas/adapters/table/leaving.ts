import type { Inventory } from '../../domain/anchor.ts';
import { activeSetOf } from '../../domain/anchor.ts';
import { intentOf, textsOf } from '../../domain/audit/intents.ts';
import { DEACTIVATED } from '../../domain/audit/logged-change.ts';
import { secondsOf } from '../../domain/instant.ts';
import { runOf } from '../../domain/memory/audit.ts';
import type { JournalEntry, Leaving } from '../../domain/memory/journal.ts';
import { ON_ITS_WAY } from '../../domain/memory/lease.ts';
import type { Journal } from './journal.ts';

/**
 * Returns the anchors that an earlier run was about to deactivate, as a cut or by taking a successor back.
 * They are still listed as active, and nobody has seen them gone: the call may be on its way. `now` in Unix
 * seconds.
 */
export async function leavingNow(journal: Journal, inventory: Inventory, now: number): Promise<Leaving[]> {
  const { lines } = await journal.changes(now - ON_ITS_WAY);
  const goneAtOf = seenGone(journal);
  const leaving: Leaving[] = [];
  for (const line of lines)
    for (const { type, scope, at, anchors } of intentOf(line)) {
      const active = type === DEACTIVATED ? activeSetOf(inventory, scope) : new Set();
      for (const anchorId of anchors)
        if (active.has(anchorId) && (await goneAtOf(line, anchorId)) === undefined)
          leaving.push({ scope, anchorId, until: at + ON_ITS_WAY });
    }
  return leaving;
}

/**
 * Returns a function that says when a run saw an anchor inactive that it was about to deactivate, in Unix
 * seconds; undefined if it never did. Normally only the run's own call counts, once it has returned. With
 * `orFound` it also counts if another attempt found the anchor inactive, while the first attempt's call may
 * still be on its way. Each run's trail is read once, however many lines are asked about: that of ten
 * thousand scopes takes seconds (I18).
 */
export function seenGone(
  journal: Pick<Journal, 'ofExecution'>,
  { orFound = false } = {},
): (line: JournalEntry, anchorId: string) => Promise<number | undefined> {
  const gone = new Map<string, Promise<ReadonlyMap<string, number>>>();
  return async ({ execution, startedAt, scope }, anchorId) => {
    const run = { id: execution, startedAt };
    const seen = gone.get(runOf(run)) ?? journal.ofExecution(run).then((lines) => goneIn(lines, orFound));
    gone.set(runOf(run), seen);
    return (await seen).get(placed(anchorId, scope));
  };
}

/** Returns what a run has seen inactive, in which scope, and when it last did. */
const goneIn = (lines: readonly JournalEntry[], orFound: boolean): ReadonlyMap<string, number> =>
  new Map(
    lines.flatMap(({ scope, at, detail }) =>
      [detail.takenBack, detail.deactivated, orFound ? detail.alreadyInactive : []]
        .flatMap(textsOf)
        .map((id) => [placed(id, scope), secondsOf(at)]),
    ),
  );

const placed = (anchorId: string, scope = ''): string => `${anchorId} ${scope}`;
