import type { Scope } from '../../../lambdas/domain/anchor.ts';
import type { Plan, ScopePlan } from '../../../lambdas/domain/plan-document.ts';
import type { InvocationRecord } from '../../log/invocation-record.ts';

/** For so long what has served its soak goes first where it has soaked, in seconds. */
const PATIENCE = 3 * 86_400;

export type Pair = { retiring: string; successor: string };

/** `until` in seconds, `since` in milliseconds, and `scopes` in which it soaks. */
export type Soak = Pair & { until: number; since: number; scopes: readonly Scope[] };

/**
 * Whether a promotion may begin a soak anew that was served: what has failed for days to be cut where it has soaked is taken whole, and
 * soaks in all scopes once one that was left out is proven, `execution scope` of `proven` (rule 5).
 */
export const isTakenWhole = (
  { retiring, until, scopes }: Soak,
  { at, execution, input }: InvocationRecord,
  proven: ReadonlySet<string>,
): boolean =>
  until <= at / 1000 - PATIENCE &&
  retiringIn((input as { plan: Plan }).plan, retiring).some(
    (scope) => !scopes.includes(scope) && proven.has(`${execution} ${scope}`),
  );

/** The scopes of a plan in which an anchor retires. */
export const retiringIn = ({ waves }: Plan, retiring: string): Scope[] =>
  waves.flatMap(({ scopes }) => scopes.filter((one) => retiresIn(one, retiring)).map(({ scope }) => scope));

export const retiresIn = ({ successions }: ScopePlan, retiring: string): boolean =>
  successions.some((one) => one.retiring === retiring);

export const leadsTo = ({ successions }: ScopePlan, successor: string): boolean =>
  successions.some((one) => one.successor === successor);

export const keyOf = ({ retiring, successor }: Pair): string => `${retiring}#${successor}`;
