import type { Scope } from '../anchor.ts';
import type { Excused } from '../cut/excuse.ts';
import { scopePlansOf } from '../manifest.ts';
import type { Plan } from '../plan-document/plan.ts';
import type { ScopePlan } from '../plan-document/scope-plan.ts';
import { reaches } from '../planning/reach.ts';
import { runningAt } from '../planning/running-leaves.ts';
import type { Overlap } from './overlap.ts';

/**
 * Returns the clients of a scope whose every check has passed in a look, whatever has gone wrong with others
 * (I17). A client with a check for a `refused` successor has not passed, since that successor is not active
 * there.
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
 * Returns the clients that a plan goes on to move (I17): those that some scope has proven, each by its own
 * leaf. `left` are the others. Where a scope has halted, a successor that was taken back moves nobody. A
 * successor by which a witness got in moves nobody anywhere (F16).
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
  /**
   * Whether some scope that the client reaches has seen its new leaf let in. A client that is moved has a
   * check somewhere.
   */
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
 * Returns the scopes that must not be cut because a client stays where it is, each with one such client: the
 * plan took it for moved (I1). Any other scope is cut without those clients (I17). `halted` are the scopes
 * that have their verdict already.
 */
export function heldByClients(
  plan: Plan,
  left: ReadonlySet<string>,
  halted: ReadonlySet<Scope>,
): ReadonlyMap<Scope, string> {
  const scopes = scopePlansOf(plan).filter(({ scope }) => !halted.has(scope));
  const checked = scopePlansOf(plan).flatMap(({ checks }) => checks);
  // A plan of an older version does not say which clients a scope waits for. It waits for each that it may
  // concern.
  const reaching = (scope: Scope): string[] =>
    checked.flatMap((check) => (reaches(check, scope) ? [check.client] : []));
  return new Map(
    scopes.flatMap(({ scope, awaits = reaching(scope) }) => {
      const client = awaits.find((name) => left.has(name));
      return client === undefined ? [] : [[scope, client] as const];
    }),
  );
}
