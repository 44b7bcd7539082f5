import { ORGANIZATION, type Scope } from '../anchor.ts';
import type { Plan } from '../plan-document.ts';

/** What goes on: who is moved, and what of it has begun its soak everywhere. */
type Proven = Pick<Plan, 'promotions' | 'successions'> & {
  /** Scopes that must not be cut, each with a client that stays where it is: the plan took it for moved. */
  held: ReadonlyMap<Scope, string>;
};

/**
 * What of a plan goes on to its soak when some scopes halted in the overlap (I17): the clients that some scope has proven, and the
 * successions that every scope has. What is left overlaps, and soaks anew in a later run (I18). A client that is not moved holds
 * every scope that it reaches: their cuts were planned on its move (I1).
 */
export function provenInOverlap(plan: Plan, halted: ReadonlySet<Scope>): Proven {
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
  const left = new Set(plan.promotions.flatMap((one) => (isProven(one) ? [] : [one.client])));
  const reached = scopes
    .flatMap(({ checks }) => checks.filter(({ client }) => left.has(client)))
    .flatMap(({ client, project }) => [[project, client] as const, [ORGANIZATION, client] as const]);
  const planned = new Set(scopes.map(({ scope }) => scope));
  return {
    held: new Map(reached.filter(([scope]) => planned.has(scope) && !halted.has(scope))),
    promotions: plan.promotions.filter(isProven),
    successions: plan.successions.filter(isWhole),
  };
}
