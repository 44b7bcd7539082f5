import type { Client } from '../../lambdas/domain/client.ts';
import type { Verdict } from '../../lambdas/domain/cut/verdict.ts';

/** Whether a host says that another one answers the project (F11). */
export const isElsewhere = (verdict: Verdict): boolean =>
  verdict.kind === 'inconclusive' && verdict.isElsewhere === true;

/** What to do where a host says that a key is of another project than configured (F10). */
export const correctProject = ({ name, project, secret }: Client, keyOf: string): string =>
  `Set project of ${name} to ${keyOf} and deploy, or put a key of ${project} into ${secret}.`;

/** What a host has answered. */
export const inWords = (verdict: Verdict): string => {
  if (verdict.kind === 'accepted') return 'accepted';
  return verdict.kind === 'refused' ? `refused with ${verdict.code}` : verdict.why;
};
