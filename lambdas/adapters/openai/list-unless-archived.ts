import { type ListedAnchor, ORGANIZATION, type Scope } from '../../domain/anchor.ts';
import { isOneOf } from '../../domain/errors.ts';
import type { Certificates } from './certificates.ts';

/** A scope's fresh listing; null for a project that is archived by now: nobody calls with its keys, and nobody sees what is active there (I17). */
export const listUnlessArchived = (
  certificates: Certificates,
  scope: Scope,
): Promise<readonly ListedAnchor[] | null> =>
  certificates.list(scope).catch(async (error) => {
    if (scope === ORGANIZATION || !isOneOf(error, ['UnknownProject'])) throw error;
    const projects = await certificates.projects();
    if (projects.some(({ projectId }) => projectId === scope)) throw error;
    return null;
  });
