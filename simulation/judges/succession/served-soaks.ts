import type { Scope } from '../../../lambdas/domain/anchor.ts';
import type { Plan } from '../../../lambdas/domain/plan-document/plan.ts';
import type { ScopePlan } from '../../../lambdas/domain/plan-document/scope-plan.ts';
import type { InvocationRecord } from '../../log/invocation-record.ts';

/** For how long a served pair is cut first where it has soaked, in seconds. */
const PATIENCE = 3 * 86_400;

export type Pair = { retiring: string; successor: string };

/** `until` is in seconds, `since` in milliseconds, and `scopes` are those in which it soaks. */
export type Soak = Pair & { until: number; since: number; scopes: readonly Scope[] };

/**
 * Whether a promotion may begin a served soak anew. A pair whose cut has failed for days where it has soaked,
 * or is held up wherever it has soaked, is taken whole. It soaks in all scopes once a scope that was left out
 * is proven, `execution scope` in `proven` (rule 5). Another judge asks whether it is held up rightly.
 */
export function isTakenWhole(
  { retiring, until, scopes }: Soak,
  { at, execution, input }: InvocationRecord,
  proven: ReadonlySet<string>,
): boolean {
  const { plan } = input as { plan: Plan };
  const isHeldUp = scopesOf(plan).every(
    ({ scope, successions }) =>
      !scopes.includes(scope) || successions.every((one) => one.retiring !== retiring || one.held),
  );
  const isAnyProven = retiringIn(plan, retiring).some(
    (scope) => !scopes.includes(scope) && proven.has(`${execution} ${scope}`),
  );
  return isAnyProven && (isHeldUp || until <= at / 1000 - PATIENCE);
}

/** The scopes of a plan in which an anchor retires. */
export const retiringIn = (plan: Plan, retiring: string): Scope[] =>
  scopesOf(plan).flatMap((one) => (retiresIn(one, retiring) ? one.scope : []));

export const scopesOf = ({ waves }: Pick<Plan, 'waves'>): ScopePlan[] =>
  waves.flatMap(({ scopes }) => scopes);

const retiresIn = ({ successions }: ScopePlan, retiring: string): boolean =>
  successions.some((one) => one.retiring === retiring);

export const leadsTo = ({ successions }: ScopePlan, successor: string): boolean =>
  successions.some((one) => one.successor === successor);

export const keyOf = ({ retiring, successor }: Pair): string => `${retiring}#${successor}`;
