import type { Client } from '../../lambdas/domain/client.ts';
import type { Verdict } from '../../lambdas/domain/cut/verdict.ts';

/** Whether a host says that another host answers the project (F11). */
export const isElsewhere = (verdict: Verdict): boolean =>
  verdict.kind === 'inconclusive' && verdict.isElsewhere === true;

/** The remedy when a host says that a key is of another project than configured (F10). */
export const correctProject = ({ name, project, secret }: Client, keyOf: string): string =>
  `Set project of ${name} to ${keyOf} and deploy, or put a key of ${project} into ${secret}.`;

/** A host's answer in words. */
export const inWords = (verdict: Verdict): string => {
  if (verdict.kind === 'accepted') return 'accepted';
  return verdict.kind === 'refused' ? `refused with ${verdict.code}` : verdict.why;
};
