import { activeSetOf, isValidAt } from '../anchor.ts';
import type { BegunMemory } from '../memory/journal.ts';
import { indexAnchors, type PlanningFacts, type Succession } from '../planning/facts.ts';
import { lineageOf } from './lineage.ts';

/**
 * What an earlier run was to take back in every scope, since somebody got in by it who has to stay out, and may have left active in some: it ended before it
 * had been to all (F16). In these scopes the anchor that it was to replace still lets the clients in. A person's own run is his word that its filter is repaired, and
 * an emergency does exactly what it was asked to do.
 */
export function leftWidened(facts: PlanningFacts): Succession[] {
  const { request, memory } = facts;
  if (request.mode !== 'scheduled') return [];
  return (memory?.begun ?? []).filter(({ unfinished }) => unfinished).flatMap((one) => pairOf(one, facts));
}

function pairOf(one: BegunMemory, { inventory, now }: PlanningFacts): Succession[] {
  const { anchors, activeIn } = indexAnchors(inventory);
  const [retiring, successor] = [anchors.get(one.retiring), anchors.get(one.successor)];
  if (!retiring || !successor || !isValidAt(retiring, now)) return [];
  const scopes = (activeIn.get(one.retiring) ?? []).filter((scope) =>
    activeSetOf(inventory, scope).has(one.successor),
  );
  const authority = lineageOf(retiring.name)?.authority ?? null;
  return scopes.length > 0 ? [{ authority, retiring, successor, scopes, widened: true }] : [];
}
