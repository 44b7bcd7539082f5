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
 * What an earlier run was about to deactivate, be it a cut or a successor that it took back, where it shows as active and nobody has seen it gone:
 * the call may still be on its way. `now` in Unix seconds.
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
 * When the run that was about to deactivate an anchor has seen it inactive afterwards, in Unix seconds, or undefined: once its own call had returned, or where
 * `orFound`, also where another attempt found it so, and the call of the first may yet be on its way. The trail of each run is read once, however many lines
 * are asked about: that of ten thousand scopes takes seconds (I18).
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

/** What a run has seen inactive, where, and when it last did. */
const goneIn = (lines: readonly JournalEntry[], orFound: boolean): ReadonlyMap<string, number> =>
  new Map(
    lines.flatMap(({ scope, at, detail }) =>
      [detail.takenBack, detail.deactivated, orFound ? detail.alreadyInactive : []]
        .flatMap(textsOf)
        .map((id) => [placed(id, scope), secondsOf(at)]),
    ),
  );

const placed = (anchorId: string, scope = ''): string => `${anchorId} ${scope}`;
