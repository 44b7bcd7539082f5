import { ORGANIZATION } from '../anchor.ts';
import { activeFor } from '../planning/direct-path.ts';
import type { PlanningFacts, Succession } from '../planning/facts.ts';
import { whyMissing } from './concern.ts';

/** What is said of filters where no host is asked: nobody sees them, and a successor may let in too many or too few (F16). */
export const unseenFilters = ({ witnesses = [], policy }: PlanningFacts): string[] =>
  policy.evidence === 'probe'
    ? []
    : [
        `evidence is listing, so filters are unseen: a successor without its predecessor's filter lets in more than before, with a wrong one it locks out${witnesses.length > 0 ? `, and nobody looks at ${witnesses.map(({ name }) => name).join(', ')}, which it has to refuse` : ''}`,
      ];

/**
 * What is said of witnesses of a succession that no scope of it asks about, since what retires is active in none that their projects go by: no
 * cut waits for them, and nobody sees whether they are kept out (F16). Where the successor is active for one already, an earlier run has looked.
 */
export function unaskedWitnesses(rotating: readonly Succession[], facts: PlanningFacts): string[] {
  const { witnesses = [], policy, inventory } = facts;
  if (policy.evidence === 'listing') return [];
  return rotating.flatMap((one) => {
    const { retiring, successor, scopes } = one;
    if (scopes.includes(ORGANIZATION)) return [];
    const unasked = witnesses.filter(
      (witness) =>
        !scopes.includes(witness.project) &&
        !activeFor(inventory)(witness.project, successor.anchorId) &&
        whyMissing(witness, one, facts) !== null,
    );
    if (unasked.length === 0) return [];
    const named = unasked.map(({ name, project }) => `${name} (${project})`).join(', ');
    return [
      `nobody looks whether ${successor.anchorId} keeps out ${named}, which it has to refuse: ${retiring.anchorId} is active in no scope of theirs. Give each the key and the name of a project in which it is`,
    ];
  });
}
