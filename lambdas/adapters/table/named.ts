import type { Clock } from '../../clock.ts';
import type { Inventory } from '../../domain/anchor.ts';
import { instant } from '../../domain/instant.ts';
import type { CompromisedMemory } from '../../domain/memory/journal.ts';
import { indexAnchors } from '../../domain/planning/facts.ts';
import type { Request } from '../../domain/request.ts';
import { scrub } from '../scrub.ts';
import type { Journal } from './journal.ts';

type Emergency = Extract<Request, { mode: 'emergency' }>;

/** Writes down what an emergency names and was allowed, beside what is known of it already and what earlier ones were (I6, I15). */
export async function rememberNamed(
  { journal, clock }: { journal: Journal; clock: Clock },
  request: Emergency,
): Promise<void> {
  const known = new Map((await journal.compromised()).map((one) => [one.anchorId, one]));
  const { anchors, reason } = request;
  await journal.rememberCompromised(
    anchors.map((anchorId) => ({
      namedAt: instant(clock()),
      ...known.get(anchorId),
      ...(known.has(anchorId) && { lastNamedAt: instant(clock()) }),
      anchorId,
      reason: scrub(reason),
      ...allowedBy(request, known.get(anchorId)),
    })),
  );
}

/** What one emergency was allowed and what another was: whoever takes something back says so, by `windlass compromised`. */
function allowedBy(request: Emergency, before: Partial<CompromisedMemory> = {}) {
  const behind = new Set([...(before.leaveBehind ?? []), ...(request.leaveBehind ?? [])]);
  const listed = [before.onListing ?? [], request.onListing ?? []];
  const onListing = listed.includes('all') ? ('all' as const) : [...new Set(listed.flat())];
  return {
    ...(behind.size > 0 && { leaveBehind: [...behind] }),
    ...(onListing.length > 0 && { onListing }),
  };
}

/**
 * Forgets those named ids that never existed. One whose key is known did exist, and was deleted since: another upload of that
 * key stays compromised (I15).
 */
export async function forgetUnheardOf(
  journal: Journal,
  request: Emergency,
  inventory: Inventory,
  remembered: readonly CompromisedMemory[],
): Promise<void> {
  const { anchors } = indexAnchors(inventory);
  const digested = new Set(remembered.flatMap(({ anchorId, keyDigest }) => (keyDigest ? [anchorId] : [])));
  await journal.forgetCompromised(request.anchors.filter((id) => !anchors.has(id) && !digested.has(id)));
}
