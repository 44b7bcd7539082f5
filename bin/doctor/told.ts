import type { Verdict } from '../../lambdas/domain/cut/verdict.ts';

/** Whether a host says that another one answers the project (F11). */
export const isElsewhere = (verdict: Verdict): boolean =>
  verdict.kind === 'inconclusive' && verdict.isElsewhere === true;

/** What a host has answered. */
export const inWords = (verdict: Verdict): string => {
  if (verdict.kind === 'accepted') return 'accepted';
  return verdict.kind === 'refused' ? `refused with ${verdict.code}` : verdict.why;
};
