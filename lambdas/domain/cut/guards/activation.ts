import { activeIds } from '../../anchor.ts';
import { WindlassError } from '../../errors.ts';
import type { ScopePlan } from '../../plan-document/scope-plan.ts';
import { demandFree, demandValid, type GuardFacts } from './free-and-valid.ts';

/**
 * Returns what to activate in a scope. Throws `EnforcementWouldBegin` when the scope has no active anchor any
 * more (I3), `SuccessorNotActive` when a successor is gone or not valid now, and `AnchorHeld` (I5).
 */
export function decideActivation(
  plan: ScopePlan,
  { listing, hold, now, isEnforced }: GuardFacts & { isEnforced: boolean },
) {
  const active = new Set(activeIds(listing));
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
