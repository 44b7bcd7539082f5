import { ORGANIZATION } from '../anchor.ts';
import type { ClientFacts } from '../leaf/client-facts.ts';
import { activeFor } from '../planning/direct-path.ts';
import type { PlanningFacts, Succession } from '../planning/facts.ts';
import { whyMissing } from './concern.ts';

/**
 * Warns that no host is asked, so nobody sees filters: a successor may let in too many clients or too few
 * (F16).
 */
export const unseenFilters = ({ witnesses = [], policy }: PlanningFacts): string[] =>
  policy.evidence === 'probe'
    ? []
    : [
        `evidence is listing, so filters are unseen: a successor without its predecessor's filter lets in more than before, with a wrong one it locks out${witnesses.length > 0 ? `, and nobody looks at ${witnesses.map(({ name }) => name).join(', ')}, which it has to refuse` : ''}`,
      ];

/**
 * Warns of witnesses of a successor that no scope of the rotation asks about, since no anchor that it
 * replaces is active for their projects. No cut waits for them, and nobody sees whether they are kept out
 * (F16). Where the successor is already active for a witness, an earlier run has looked. A scope that goes by
 * the listing asks about its witnesses all the same.
 */
export function unaskedWitnesses(rotating: readonly Succession[], facts: PlanningFacts): string[] {
  const { witnesses = [], policy, inventory } = facts;
  if (policy.evidence === 'listing') return [];
  const bySuccessor = Map.groupBy(rotating, ({ successor }) => successor.anchorId);
  return [...bySuccessor].flatMap(([successor, all]) => {
    const concerning = (witness: ClientFacts) =>
      all.filter((one) => whyMissing(witness, one, facts) !== null);
    const unasked = witnesses.filter((witness) => {
      const concerned = concerning(witness);
      const isAsked = concerned.some(({ scopes }) =>
        [witness.project, ORGANIZATION].some((scope) => scopes.includes(scope)),
      );
      return concerned.length > 0 && !isAsked && !activeFor(inventory)(witness.project, successor);
    });
    if (unasked.length === 0) return [];
    const named = unasked.map(({ name, project }) => `${name} (${project})`).join(', ');
    const retiring = [...new Set(unasked.flatMap(concerning).map((one) => one.retiring.anchorId))];
    const [are, one] = retiring.length > 1 ? ['are', 'one of them'] : ['is', retiring[0]];
    return [
      `nobody looks whether ${successor} keeps out ${named}, which it has to refuse: ${retiring.join(', ')} ${are} active in no scope of theirs. Give each witness an API key of a project where ${one} is active, and that project's id`,
    ];
  });
}
