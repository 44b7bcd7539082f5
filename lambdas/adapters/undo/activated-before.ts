import type { Clock } from '../../clock.ts';
import type { Scope } from '../../domain/anchor.ts';
import { intentOf } from '../../domain/audit/intents.ts';
import { ACTIVATED } from '../../domain/audit/logged-change.ts';
import { inOrder } from '../../domain/memory/in-order.ts';
import type { JournalEntry } from '../../domain/memory/journal.ts';
import type { ScopePlan } from '../../domain/plan-document/scope-plan.ts';
import type { Journal } from '../table/journal.ts';
import { seenGone } from '../table/leaving.ts';
import type { TrailOnce } from './trail-once.ts';

/**
 * How far back the trail is read for earlier activations, in seconds: a pair may fail for days, or soak for a
 * week or two.
 */
export const FURTHEST = 30 * 86_400;

type Ports = { journal: Pick<Journal, 'ofExecution'>; clock: Clock; trail: TrailOnce };

/**
 * Returns the other successors of a scope's plan that an earlier run of ours activated there, and that no run
 * has deactivated since. That run may have been stopped, or have lost its lease, before it could take them
 * back (I11). Goes by what runs announced: if a run ended right after its announcement, the API may have
 * refused the call.
 */
export function activatedBefore(ports: Ports) {
  const linesOf = activatingLines(ports);
  return async ({ scope, successions }: ScopePlan, own: ReadonlySet<string>): Promise<string[]> => {
    const others = new Set(successions.map(({ successor }) => successor).filter((id) => !own.has(id)));
    const since = ports.clock() - FURTHEST;
    return [...(await linesOf(scope, [...others], { sinces: [since] })).keys()];
  };
}

type How = {
  /**
   * The times from which the trail is read, in Unix seconds. A later entry is tried only for anchors that the
   * entries before it did not tell of.
   */
  sinces: readonly number[];
  /** Reads the trail as of this line: what was activated before it counts, even if it is gone by now. */
  asOf?: JournalEntry;
};

/**
 * Returns, by anchor, the line with which our last run announced its activation in a scope, unless a run has
 * deactivated it since.
 */
export function activatingLines({ journal, trail }: Ports) {
  const goneAtOf = seenGone(journal);
  /** Undefined when the lines do not tell; null when a run has deactivated the anchor. */
  const lastOf = async (lines: readonly JournalEntry[], id: string, asOf?: JournalEntry) => {
    for (const line of lines.toReversed()) {
      if (asOf !== undefined && inOrder(line, asOf) > 0) continue;
      for (const { type, anchors } of intentOf(line).toReversed()) {
        if (!anchors.includes(id)) continue;
        if (type === ACTIVATED) return line;
        if (asOf === undefined && (await goneAtOf(line, id)) !== undefined) return null;
      }
    }
    return undefined;
  };
  return async (
    scope: Scope,
    ids: readonly string[],
    { sinces, asOf }: How,
  ): Promise<ReadonlyMap<string, JournalEntry>> => {
    const found = new Map<string, JournalEntry>();
    let untold = ids;
    for (const since of sinces) {
      if (untold.length === 0) break;
      const lines = (await trail(since)).byScope.get(scope) ?? [];
      const open: string[] = [];
      for (const id of untold) {
        const last = await lastOf(lines, id, asOf);
        if (last) found.set(id, last);
        if (last === undefined) open.push(id);
      }
      untold = open;
    }
    return found;
  };
}
