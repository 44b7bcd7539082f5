import type { CompromisedMemory } from '../memory/journal.ts';
import type { Blocked } from '../plan-document.ts';
import { indexAnchors, type PlanningFacts } from '../planning/facts.ts';

/**
 * Ids that an emergency named, and that nothing is listed under: its own Plan would have refused them, and was never run. One whose key is
 * known did exist.
 */
export const unlistedNames = (
  named: readonly CompromisedMemory[],
  { inventory }: Pick<PlanningFacts, 'inventory'>,
): CompromisedMemory[] => {
  const { anchors } = indexAnchors(inventory);
  return named.filter(({ anchorId, keyDigest }) => !keyDigest && !anchors.has(anchorId));
};

/** What whoever asked for such an emergency has to be told: nothing was cut for it (I13, I15). Another emergency says nothing of it. */
export const unheardOf = (facts: Pick<PlanningFacts, 'inventory' | 'request' | 'allowances'>): Blocked[] =>
  facts.request.mode === 'emergency'
    ? []
    : unlistedNames(facts.allowances ?? [], facts).map(({ anchorId }) => ({
        anchor: anchorId,
        reason: `${anchorId} was named in an emergency, and there is no such anchor in the organization: nothing is cut for it. Name the id that the certificates API lists, or where it was deleted, every other upload of its key`,
        absent: true,
      }));
