import { createHash, type X509Certificate } from 'node:crypto';
import { oncePer } from '../../domain/once.ts';
import { certificatesIn } from './pem.ts';

/** Returns the SHA-256 of the leaf's DER in hex, or an empty string when the PEM cannot be read. */
export function fingerprintOf(certificateChain: string): string {
  const leaf = certificatesIn(certificateChain)[0];
  return leaf ? fingerprint(leaf) : '';
}

/**
 * Digits of a digest that tell one client's leaves, or chains, apart. A plan has to carry them, so they are
 * few.
 */
const SHORT = 16;

/**
 * Returns the first digits of a SHA-256 (hex) of every certificate in a chain, in its order. Text around the
 * certificates does not change it.
 */
export const chainDigestOf = (certificateChain: string): string =>
  createHash('sha256')
    .update(JSON.stringify(certificatesIn(certificateChain).map((one) => one && fingerprint(one))))
    .digest('hex')
    .slice(0, SHORT);

/** Returns the SHA-256 of a certificate's DER in hex. */
export const fingerprint = oncePer(({ fingerprint256 }: X509Certificate) =>
  fingerprint256.replaceAll(':', '').toLowerCase(),
);
