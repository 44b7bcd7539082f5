import type { Plan } from '../plan-document/plan.ts';
import type { ScopePlan } from '../plan-document/scope-plan.ts';

/**
 * True where everything that is cut in a scope is compromised. Then a client whose silence may pass by itself
 * is not waited for (I16, I17).
 */
export const isUrgent = ({ successions }: Pick<ScopePlan, 'successions'>): boolean =>
  successions.some(({ compromised }) => compromised) &&
  successions.every(({ compromised, held }) => compromised || held);

/**
 * True for a plan whose run is over within the hour and is left alone until then. It cuts a compromised
 * anchor, or it only finishes unconfirmed cuts, for which clients may be outside (I10, I16). A run that
 * rotates anything else may soak for days.
 */
export const cannotWait = (plan: Pick<Plan, 'atOnce' | 'waves' | 'successions'>): boolean =>
  cutsAtOnce(plan) || (plan.successions.length > 0 && plan.successions.every(({ resumed }) => resumed));

/** True for a plan that cuts something compromised now, and does nothing that could wait (I16). */
export const cutsAtOnce = ({ atOnce, waves }: Pick<Plan, 'atOnce' | 'waves'>): boolean =>
  atOnce === true &&
  waves.some(({ scopes }) => scopes.some((scope) => scope.successions.some(({ held }) => !held)));
