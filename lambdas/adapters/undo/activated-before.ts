import type { Clock } from '../../clock.ts';
import { intentOf } from '../../domain/audit/intents.ts';
import { ACTIVATED } from '../../domain/audit/logged-change.ts';
import type { ScopePlan } from '../../domain/plan-document.ts';
import type { Journal } from '../table/journal.ts';
import { seenGone } from '../table/leaving.ts';

/** How far back the trail is read for what earlier runs have activated, in seconds: a pair fails for days, or soaks for a week or two. */
const FURTHEST = 30 * 86_400;

/**
 * The other successors of a scope's plan that a run of ours has activated there, and none has deactivated since: that run may have been
 * stopped, or have lost its lease, before it could take them back (I11). Where it only wrote down that it would, it may have been refused.
 */
export async function activatedBefore(
  { journal, clock }: { journal: Journal; clock: Clock },
  { scope, successions }: ScopePlan,
  own: ReadonlySet<string>,
): Promise<string[]> {
  const others = new Set(successions.map(({ successor }) => successor).filter((id) => !own.has(id)));
  if (others.size === 0) return [];
  const { lines } = await journal.changes(clock() - FURTHEST);
  const goneAtOf = seenGone(journal);
  const found: string[] = [];
  for (const id of others) {
    const intents = lines.flatMap((line) =>
      intentOf(line).flatMap((one) =>
        one.scope === scope && one.anchors.includes(id) ? [{ type: one.type, line }] : [],
      ),
    );
    for (const last of intents.toReversed()) {
      if (last.type === ACTIVATED) found.push(id);
      if (last.type === ACTIVATED || (await goneAtOf(last.line, id)) !== undefined) break;
    }
  }
  return found;
}
