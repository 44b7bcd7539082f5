import { activeSetOf, ORGANIZATION } from '../anchor.ts';
import { WindlassError } from '../errors.ts';
import { firstFew } from '../first-few.ts';
import type { Plan, ScopePlan } from '../plan-document.ts';
import type { PlanningFacts, Succession } from '../planning/facts.ts';

/** Some of those who are moved from what is cut here, where the organization has nothing of it active: whose leaf is of the successor already hangs from nothing else. */
export function hangingHere(
  moves: Plan['promotions'],
  cut: readonly Succession[],
  { inventory }: Pick<PlanningFacts, 'inventory'>,
): Pick<ScopePlan, 'hangingHere'> {
  const above = activeSetOf(inventory, ORGANIZATION);
  if (cut.some(({ retiring }) => above.has(retiring.anchorId))) return {};
  const names = moves.flatMap(({ client, renews }) => (renews === undefined ? client : []));
  return names.length > 0 ? { hangingHere: firstFew(names, 5) } : {};
}

/**
 * What was to be cut is active neither here nor in the organization, and clients of this scope run on it: somebody has deactivated it by hand, and nothing is
 * activated where it is not (I4). Throws `SuccessorNotActive`: the next run lists every project, and says what to do for whom (I13).
 */
export function demandNobodyOutside({ scope, hangingHere = [], successions }: ScopePlan): void {
  if (hangingHere.length === 0) return;
  const leaked = firstFew(
    successions.map(({ retiring }) => retiring),
    5,
  ).join(', ');
  throw new WindlassError(
    'SuccessorNotActive',
    `${leaked} is active neither in ${scope} nor in the organization, and ${hangingHere.join(', ')} may run on it still: somebody has deactivated it by hand, so that they get in nowhere, or nobody is asked for a certificate there. Nothing was changed in ${scope}; the next run looks at every project, and says what to do`,
  );
}
