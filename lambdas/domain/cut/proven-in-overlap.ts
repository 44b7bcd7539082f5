import type { Scope } from '../anchor.ts';
import type { Plan } from '../document.ts';

/**
 * What of a plan goes on to its soak when some scopes halted in the overlap (I17): the clients that some scope has proven, and the
 * successions that every scope has. What is left overlaps, and soaks anew in a later run (I18).
 */
export function provenInOverlap(
  plan: Plan,
  halted: ReadonlySet<Scope>,
): Pick<Plan, 'promotions' | 'successions'> {
  const scopes = plan.waves.flatMap((wave) => wave.scopes);
  /** Some scope that it reaches has seen its new leaf let in: who is moved has a check somewhere. */
  const isProven = ({ client }: Plan['promotions'][number]): boolean => {
    const reached = scopes.filter(({ checks }) => checks.some((check) => check.client === client));
    return reached.length === 0 || reached.some(({ scope }) => !halted.has(scope));
  };
  const isWhole = ({ retiring }: Plan['successions'][number]): boolean =>
    !scopes.some(
      ({ scope, successions }) => halted.has(scope) && successions.some((one) => one.retiring === retiring),
    );
  return {
    promotions: plan.promotions.filter(isProven),
    successions: plan.successions.filter(isWhole),
  };
}
