import type { Clock } from '../../clock.ts';
import type { Scope } from '../../domain/anchor.ts';
import { intentOf } from '../../domain/audit/intents.ts';
import { ACTIVATED } from '../../domain/audit/logged-change.ts';
import type { JournalEntry } from '../../domain/memory/journal.ts';
import type { ScopePlan } from '../../domain/plan-document.ts';
import type { Journal } from '../table/journal.ts';
import { seenGone } from '../table/leaving.ts';

/** How far back the trail is read for what earlier runs have activated, in seconds: a pair fails for days, or soaks for a week or two. */
const FURTHEST = 30 * 86_400;

/** What runs were about to change since then, or since as many seconds as `furthest` says, in the order of time. */
export const changedLately = async (
  { journal, clock }: Pick<Ports, 'clock'> & { journal: Pick<Journal, 'changes'> },
  furthest: number = FURTHEST,
) => (await journal.changes(clock() - furthest)).lines;

type Ports = { journal: Pick<Journal, 'changes' | 'ofExecution'>; clock: Clock };

/**
 * The other successors of a scope's plan that a run of ours has activated there, and none has deactivated since: that run may have been
 * stopped, or have lost its lease, before it could take them back (I11). Where it only wrote down that it would, it may have been refused. The
 * trail is read once, however many scopes are asked about.
 */
export function activatedBefore(ports: Ports) {
  const linesOf = activatingLines(ports);
  return async ({ scope, successions }: ScopePlan, own: ReadonlySet<string>): Promise<string[]> => {
    const others = new Set(successions.map(({ successor }) => successor).filter((id) => !own.has(id)));
    return [...(await linesOf(scope, [...others])).keys()];
  };
}

/**
 * By each of some anchors the line with which the last run of ours activated it in a scope, where none has deactivated it since. `furthest`: how far back the trail
 * is read, in seconds.
 */
export function activatingLines({ journal, clock }: Ports, furthest: number = FURTHEST) {
  const goneAtOf = seenGone(journal);
  let read: Promise<ReadonlyMap<string | undefined, readonly JournalEntry[]>> | undefined;
  return async (scope: Scope, ids: readonly string[]): Promise<ReadonlyMap<string, JournalEntry>> => {
    const found = new Map<string, JournalEntry>();
    if (ids.length === 0) return found;
    read ??= changedLately({ journal, clock }, furthest).then((lines) =>
      Map.groupBy(lines, (line) => line.scope),
    );
    const lines = (await read).get(scope) ?? [];
    for (const id of ids) {
      const intents = lines.flatMap((line) =>
        intentOf(line).flatMap((one) => (one.anchors.includes(id) ? [{ type: one.type, line }] : [])),
      );
      for (const last of intents.toReversed()) {
        if (last.type === ACTIVATED) found.set(id, last.line);
        if (last.type === ACTIVATED || (await goneAtOf(last.line, id)) !== undefined) break;
      }
    }
    return found;
  };
}
