import { type ListedAnchor, ORGANIZATION, type Scope } from '../../domain/anchor.ts';
import { isOneOf } from '../../domain/errors.ts';
import type { Certificates } from './certificates.ts';

/**
 * Returns a scope's fresh listing, or null for a project that is archived by now: nobody can call with its
 * keys, and nobody can see what is active there (I17).
 */
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
