import type { Clock } from '../../clock.ts';
import { intentOf, textsOf } from '../../domain/audit/intents.ts';
import { ACTIVATED } from '../../domain/audit/logged-change.ts';
import type { JournalEntry } from '../../domain/memory/journal.ts';
import type { ScopePlan } from '../../domain/plan-document.ts';
import type { Journal } from '../table/journal.ts';

/** How far back the trail is read for what earlier runs have activated, in seconds: a pair fails for days, or soaks for a week or two. */
const FURTHEST = 30 * 86_400;

/**
 * The other successors of a scope's plan that a run of ours has activated there, and none has deactivated since: that run may have been
 * stopped, or have lost its lease, before it could take them back (I11).
 */
export async function activatedBefore(
  { journal, clock }: { journal: Journal; clock: Clock },
  { scope, successions }: ScopePlan,
  own: ReadonlySet<string>,
): Promise<string[]> {
  const others = new Set(successions.map(({ successor }) => successor).filter((id) => !own.has(id)));
  if (others.size === 0) return [];
  const { lines } = await journal.changes(clock() - FURTHEST);
  const last = new Map(
    lines
      .filter((line) => line.scope === scope)
      .flatMap((line) => intentOf(line).map((intent) => ({ ...intent, line })))
      .flatMap(({ type, anchors, line }) => anchors.map((id) => [id, { type, line }] as const)),
  );
  const found: string[] = [];
  for (const id of others) {
    const change = last.get(id);
    if (!change) continue;
    if (change.type === ACTIVATED || (await cameToNothing(journal, change.line, id))) found.push(id);
  }
  return found;
}

/** Whether a run was about to take an anchor back, and nothing says that it did: it may have lost its lease or the API right then. */
async function cameToNothing(
  journal: Journal,
  { event, scope, execution, startedAt }: JournalEntry,
  anchorId: string,
): Promise<boolean> {
  if (event !== 'undoing') return false;
  const lines = await journal.ofExecution({ id: execution, startedAt });
  return !lines.some(
    (line) =>
      line.event === 'undone' && line.scope === scope && textsOf(line.detail.takenBack).includes(anchorId),
  );
}
