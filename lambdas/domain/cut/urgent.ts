import type { Plan, ScopePlan } from '../plan-document.ts';

/** True where all that is cut in a scope is compromised: then nobody is waited for who passes by himself (I16, I17). */
export const isUrgent = ({ successions }: Pick<ScopePlan, 'successions'>): boolean =>
  successions.some(({ compromised }) => compromised) &&
  successions.every(({ compromised, held }) => compromised || held);

/**
 * True for a plan whose run is over within the hour and is to be left alone till then: it cuts what is compromised, or does no more than
 * to finish cuts that nobody has confirmed, for which clients may be outside (I10, I16). What else it rotates may soak for days.
 */
export const cannotWait = (plan: Pick<Plan, 'atOnce' | 'waves' | 'successions'>): boolean =>
  cutsAtOnce(plan) || (plan.successions.length > 0 && plan.successions.every(({ resumed }) => resumed));

/** True for a plan by which something compromised is cut now, and nothing else is done that could wait (I16). */
export const cutsAtOnce = ({ atOnce, waves }: Pick<Plan, 'atOnce' | 'waves'>): boolean =>
  atOnce === true &&
  waves.some(({ scopes }) => scopes.some((scope) => scope.successions.some(({ held }) => !held)));
