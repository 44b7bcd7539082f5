import type { Scope } from '../anchor.ts';
import type { Excused } from '../cut/excuse.ts';
import { scopePlansOf } from '../manifest.ts';
import type { Plan, ScopePlan } from '../plan-document.ts';
import { reaches } from '../planning/reach.ts';
import { runningAt } from '../planning/running-leaves.ts';
import type { Overlap } from './overlap.ts';

/**
 * The clients of a scope whose every check has passed in a look, whatever has gone wrong with others (I17): with `refused` successors,
 * which are not active there, nobody's has.
 */
export function provenOf(
  plan: Pick<ScopePlan, 'checks' | 'runningLeaves'>,
  {
    failures,
    excused,
    refused,
  }: {
    failures: readonly { client: string; error: unknown }[];
    excused: readonly Excused[];
    refused: readonly string[];
  },
): string[] {
  const checks = [...plan.checks, ...runningAt('overlap', plan)];
  const unseen = checks.filter(({ successor }) => refused.includes(successor));
  const unproven = new Set([...failures, ...excused, ...unseen].map(({ client }) => client));
  return [...new Set(checks.map(({ client }) => client))].filter((client) => !unproven.has(client));
}

/**
 * Whom a plan goes on to move (I17): the clients that some scope has proven, each by its own leaf. `left` are the others. What was taken
 * back moves nobody where its scope has halted, and what lets in who has to stay out moves nobody anywhere (F16).
 */
export function provenInOverlap(
  plan: Plan,
  { halted, provenThere, widened, refused }: Overlap,
  isTakenBack: (pair: { retiring: string; successor: string }) => boolean = () => false,
): Pick<Plan, 'promotions'> & { left: string[] } {
  const scopes = scopePlansOf(plan);
  const provesIn = ({ scope, checks, successions }: ScopePlan, client: string): boolean => {
    if (!halted.has(scope)) return true;
    const back = new Set(successions.flatMap((one) => (isTakenBack(one) ? one.successor : [])));
    const isBack = checks.some((check) => check.client === client && back.has(check.successor));
    return !isBack && provenThere.get(scope)?.has(client) === true;
  };
  /** Some scope that it reaches has seen its new leaf let in: who is moved has a check somewhere. */
  const isProven = ({ client }: Plan['promotions'][number]): boolean => {
    const checksOf = ({ checks }: ScopePlan) => checks.filter((check) => check.client === client);
    const reached = scopes.filter((one) => checksOf(one).length > 0);
    const isWidened = reached.flatMap(checksOf).some(({ successor }) => widened.has(successor));
    if (refused.has(client)) return false;
    return !isWidened && (reached.length === 0 || reached.some((one) => provesIn(one, client)));
  };
  return {
    promotions: plan.promotions.filter(isProven),
    left: plan.promotions.flatMap((one) => (isProven(one) ? [] : [one.client])),
  };
}

/**
 * The scopes that must not be cut because of clients that stay where they are, each with one of them: the plan took it for moved (I1).
 * Any other scope is cut without them (I17). `halted` are those that have their verdict already.
 */
export function heldByClients(
  plan: Plan,
  left: ReadonlySet<string>,
  halted: ReadonlySet<Scope>,
): ReadonlyMap<Scope, string> {
  const scopes = scopePlansOf(plan).filter(({ scope }) => !halted.has(scope));
  const checked = scopePlansOf(plan).flatMap(({ checks }) => checks);
  // An older version does not say whom a scope waits for: for each that it may concern.
  const reaching = (scope: Scope): string[] =>
    checked.flatMap((check) => (reaches(check, scope) ? [check.client] : []));
  return new Map(
    scopes.flatMap(({ scope, awaits = reaching(scope) }) => {
      const client = awaits.find((name) => left.has(name));
      return client === undefined ? [] : [[scope, client] as const];
    }),
  );
}
