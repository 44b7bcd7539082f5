import { activeSetOf, ORGANIZATION } from '../anchor.ts';
import { isOver } from '../cut/over.ts';
import { WindlassError } from '../errors.ts';
import { firstFew } from '../first-few.ts';
import type { ClientFacts } from '../leaf/client-facts.ts';
import type { Plan } from '../plan-document/plan.ts';
import type { ScopePlan } from '../plan-document/scope-plan.ts';
import { allowedFor } from '../planning/allowances.ts';
import type { PlanningFacts, Succession } from '../planning/facts.ts';

/**
 * Returns some clients that are moved from an anchor that is cut here, where that anchor is not active in the
 * organization. A client that already runs on a leaf of the successor gets in by nothing else, and is left
 * out. A client that may be left behind is left out too, since a person allowed it to be outside (I6). So is
 * a client whose leaf has expired, since it gets in nowhere anyhow (I17). `here` are the clients that reach
 * the scope.
 */
export function hangingHere(
  moves: Plan['promotions'],
  cut: readonly Succession[],
  facts: PlanningFacts,
  here: readonly ClientFacts[],
): Pick<ScopePlan, 'hangingHere'> {
  const above = activeSetOf(facts.inventory, ORGANIZATION);
  if (cut.some(({ retiring }) => above.has(retiring.anchorId))) return {};
  const mayBeOutside = (name: string): boolean =>
    cut.every(({ retiring }) => allowedFor(retiring.anchorId, facts).leaveBehind.has(name)) ||
    here.some((client) => client.name === name && isOver(client, facts));
  const names = moves.flatMap(({ client, renews }) =>
    renews === undefined && !mayBeOutside(client) ? client : [],
  );
  return names.length > 0 ? { hangingHere: firstFew(names, 5) } : {};
}

/**
 * Throws `SuccessorNotActive` where the anchor to cut is active neither here nor in the organization, and
 * clients of this scope run on it. Somebody has deactivated it by hand, and nothing is activated where it is
 * not active (I4). The next run lists every project, and says what to do for which client (I13).
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
