import { activeIds, type ListedAnchor, ORGANIZATION, type Scope } from '../../domain/anchor.ts';
import type { Certificates } from './certificates.ts';

/**
 * Whether callers of a scope have to bring a certificate already, by its fresh listing (F8): a project that has no active
 * anchor of its own may still inherit one, which takes a look at the organization.
 */
export const isEnforcedIn = async (
  scope: Scope,
  listing: readonly ListedAnchor[],
  certificates: Certificates,
): Promise<boolean> =>
  activeIds(listing).length > 0 ||
  (scope !== ORGANIZATION && activeIds(await certificates.list(ORGANIZATION)).length > 0);
