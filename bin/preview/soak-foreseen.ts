import { activeIds, listingOf } from '../../lambdas/domain/anchor.ts';
import { interruptedSoaks, soakForRun } from '../../lambdas/domain/memory/soak.ts';
import type { Plan } from '../../lambdas/domain/plan-document/plan.ts';
import type { PlanningFacts } from '../../lambdas/domain/planning/facts.ts';

/**
 * When the soak of a run would end if its last scope were proven at `now` (Unix seconds). A soak that an
 * earlier run began goes on, unless a successor still has to be activated in a scope that the soak was for
 * (I11). Secrets are not read here, so clients that this run would move are not considered.
 */
export function soakForeseen(
  plan: Plan,
  { inventory, memory, now }: Pick<PlanningFacts, 'inventory' | 'memory' | 'now'>,
): number {
  const soaks = memory?.soaks ?? [];
  const interrupted = plan.waves.flatMap(({ scopes }) =>
    scopes.flatMap((one) => {
      const listing = listingOf(inventory, one.scope);
      const active = activeIds(listing);
      const fresh = one.successions.map(({ successor }) => successor).filter((id) => !active.includes(id));
      return interruptedSoaks(soaks, one, listing, fresh);
    }),
  );
  return soakForRun(
    plan,
    now,
    soaks.filter((soak) => !interrupted.includes(soak)),
  ).until;
}
