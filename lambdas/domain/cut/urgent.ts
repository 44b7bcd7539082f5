import type { ScopePlan } from '../plan-document.ts';

/** True where all that is cut in a scope is compromised: then nobody is waited for who passes by himself (I16, I17). */
export const isUrgent = ({ successions }: Pick<ScopePlan, 'successions'>): boolean =>
  successions.some(({ compromised }) => compromised) &&
  successions.every(({ compromised, held }) => compromised || held);
