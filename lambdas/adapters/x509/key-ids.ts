import type { X509Certificate } from 'node:crypto';
import { extensionsOf } from './extensions.ts';
import { climbedIn } from './paths.ts';
import { certificatesIn } from './pem.ts';

/** Returns the subject key identifier (hex) of an anchor's PEM, or null when it has none. */
export function keyIdOf(pem: string): string | null {
  const anchor = certificatesIn(pem)[0];
  return anchor ? extensionsOf(anchor).subjectKeyId : null;
}

/** Returns the authority key identifiers (hex) of a leaf and of every intermediate that leads up from it. */
export const keyIdsAbove = (certificateChain: string): string[] => authoritiesOf(climbedIn(certificateChain));

/** Returns the authority key identifiers (hex) of those certificates that have one. */
export const authoritiesOf = (certificates: readonly X509Certificate[]): string[] =>
  certificates.flatMap((certificate) => extensionsOf(certificate).authorityKeyId ?? []);
