import { activeIds, type ListedAnchor, ORGANIZATION, type Scope } from '../../domain/anchor.ts';
import type { Certificates } from './certificates.ts';

/**
 * Whether callers of a scope must already present a certificate, by its fresh listing (F8). A project without
 * an active anchor may inherit one, so the organization is listed too.
 */
export const isEnforcedIn = async (
  scope: Scope,
  listing: readonly ListedAnchor[],
  certificates: Certificates,
): Promise<boolean> =>
  activeIds(listing).length > 0 ||
  (scope !== ORGANIZATION && activeIds(await certificates.list(ORGANIZATION)).length > 0);
