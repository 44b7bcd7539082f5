import { activeIds } from '../../anchor.ts';
import { WindlassError } from '../../errors.ts';
import { firstFew } from '../../first-few.ts';
import type { ScopePlan } from '../../plan-document/scope-plan.ts';
import { demandFree, demandValid, type GuardFacts } from './free-and-valid.ts';

/**
 * Returns what to activate in a scope. Throws `EnforcementWouldBegin` when the scope has no active anchor any
 * more (I3), `SuccessorNotActive` when a successor is gone or not valid now, and `AnchorHeld` (I5). Throws
 * `ClientOnRetiring` where a client is outside by an earlier run's cut, so that Undo takes the cut back (I10).
 */
export function decideActivation(
  plan: ScopePlan,
  { listing, hold, now, isEnforced }: GuardFacts & { isEnforced: boolean },
) {
  const active = new Set(activeIds(listing));
  demandNobodyBack(plan, active, hold);
  const successors = [...new Set(plan.successions.map(({ successor }) => successor))];
  const activate = successors.filter((id) => !active.has(id));
  if (activate.length > 0 && !isEnforced)
    throw new WindlassError(
      'EnforcementWouldBegin',
      `${plan.scope} has no active anchor any more, nor has the organization: activating ${activate.join(', ')} would turn enforcement on where callers may have no certificate. Somebody changed trust since the plan; start a new run`,
    );
  demandFree(plan.scope, activate, hold);
  for (const id of activate) demandValid(plan.scope, id, listing, now);
  return { activate, alreadyActive: successors.filter((id) => active.has(id)) };
}

/**
 * Throws `ClientOnRetiring` where clients have gone back to an anchor that an earlier run has cut and never
 * confirmed: they get in by neither leaf. An anchor that may not be put back is left to the plan, which names
 * those clients.
 */
function demandNobodyBack(
  { scope, successions }: ScopePlan,
  active: ReadonlySet<string>,
  hold: readonly string[],
): void {
  const cut = successions.find(
    ({ retiring, cutBefore, stranded = [], held, compromised }) =>
      cutBefore &&
      stranded.length > 0 &&
      ![held, compromised, active.has(retiring)].some(Boolean) &&
      !hold.includes(retiring),
  );
  if (!cut) return;
  const { retiring, successor, stranded = [] } = cut;
  throw new WindlassError(
    'ClientOnRetiring',
    `${firstFew(stranded, 10).join(', ')} runs on ${retiring}, which an earlier run has cut in ${scope} and nobody has confirmed: it gets in by no leaf, so that ${retiring} is put back there. Stage a leaf of ${successor} for it`,
  );
}
