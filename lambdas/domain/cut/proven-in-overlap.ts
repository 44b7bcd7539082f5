import { ORGANIZATION, type Scope } from '../anchor.ts';
import type { Plan } from '../plan-document.ts';

const scopesOf = ({ waves }: Pick<Plan, 'waves'>) => waves.flatMap(({ scopes }) => scopes);

/**
 * Whom a plan goes on to move when some scopes halted in the overlap (I17): the clients that some scope has proven. `left` are the
 * others.
 */
export function provenInOverlap(
  plan: Plan,
  halted: ReadonlySet<Scope>,
): Pick<Plan, 'promotions'> & { left: string[] } {
  const scopes = scopesOf(plan);
  /** Some scope that it reaches has seen its new leaf let in: who is moved has a check somewhere. */
  const isProven = ({ client }: Plan['promotions'][number]): boolean => {
    const reached = scopes.filter(({ checks }) => checks.some((check) => check.client === client));
    return reached.length === 0 || reached.some(({ scope }) => !halted.has(scope));
  };
  return {
    promotions: plan.promotions.filter(isProven),
    left: plan.promotions.flatMap((one) => (isProven(one) ? [] : [one.client])),
  };
}

/**
 * The scopes that must not be cut because of clients that stay where they are, each with one of them: the plan took it for moved (I1).
 * `halted` are those that have their verdict already.
 */
export function heldByClients(
  plan: Plan,
  left: ReadonlySet<string>,
  halted: ReadonlySet<Scope>,
): ReadonlyMap<Scope, string> {
  const scopes = scopesOf(plan);
  const reached = scopes
    .flatMap(({ checks }) => checks.filter(({ client }) => left.has(client)))
    .flatMap(({ client, project }) => [[project, client] as const, [ORGANIZATION, client] as const]);
  const planned = new Set(scopes.map(({ scope }) => scope));
  return new Map(reached.filter(([scope]) => planned.has(scope) && !halted.has(scope)));
}

/** The successions that begin their soak: those that are proven in all their scopes. The others soak anew in a later run (I18). */
export function wholeSuccessions(plan: Plan, halted: ReadonlySet<Scope>): Plan['successions'] {
  const partly = new Set(
    scopesOf(plan).flatMap(({ scope, successions }) =>
      halted.has(scope) ? successions.map(({ retiring }) => retiring) : [],
    ),
  );
  return plan.successions.filter(({ retiring }) => !partly.has(retiring));
}
