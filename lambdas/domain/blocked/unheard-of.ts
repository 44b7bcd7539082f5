import type { CompromisedMemory } from '../memory/journal.ts';
import type { Blocked } from '../plan-document/blocked.ts';
import { indexAnchors, type PlanningFacts } from '../planning/facts.ts';

/**
 * Returns ids that an emergency named and that no anchor has. The emergency's own Plan would have refused
 * them, but it was never run. An id whose key is known did exist.
 */
export const unlistedNames = (
  named: readonly CompromisedMemory[],
  { inventory }: Pick<PlanningFacts, 'inventory'>,
): CompromisedMemory[] => {
  const { anchors } = indexAnchors(inventory);
  return named.filter(({ anchorId, keyDigest }) => !keyDigest && !anchors.has(anchorId));
};

/**
 * Tells the person who asked for such an emergency that nothing was cut for it (I13, I15). Another emergency
 * does not tell it.
 */
export const unheardOf = (facts: Pick<PlanningFacts, 'inventory' | 'request' | 'allowances'>): Blocked[] =>
  facts.request.mode === 'emergency'
    ? []
    : unlistedNames(facts.allowances ?? [], facts).map(({ anchorId }) => ({
        anchor: anchorId,
        reason: `${anchorId} was named in an emergency, and there is no such anchor in the organization: nothing is cut for it. Name the id that the certificates API lists, or where it was deleted, every other upload of its key`,
        absent: true,
      }));
