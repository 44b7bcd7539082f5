import { activeIds, listingOf } from '../../lambdas/domain/anchor.ts';
import { interruptedSoaks, soakForRun } from '../../lambdas/domain/memory/soak.ts';
import type { Plan } from '../../lambdas/domain/plan-document.ts';
import type { PlanningFacts } from '../../lambdas/domain/planning/facts.ts';

/**
 * When the soak of a run would end whose last scope were proven at `now`, in Unix seconds. One that an earlier run has begun goes on where it is, unless
 * a successor is to be activated in a scope that it was kept for (I11). Whom this run would move is for its own look at the secrets.
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
