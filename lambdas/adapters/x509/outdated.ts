import type { X509Certificate } from 'node:crypto';
import { inside } from './der.ts';

/** Curves for which TLS has no signature any more, by their names in Node. */
const OUTDATED_CURVES: readonly (string | undefined)[] = ['prime192v1', 'secp224r1', 'secp256k1'];

/**
 * Signatures over SHA-1 or MD5, which no validation accepts any more, by their object identifiers (DER, hex).
 */
const OUTDATED_SIGNATURES: ReadonlySet<string> = new Set([
  '2a864886f70d010104',
  '2a864886f70d010105',
  '2a8648ce380403',
  '2a8648ce3d0401',
]);

/**
 * Returns why no TLS stack sends or accepts a leaf because of its key, whatever the path; empty when the key
 * is fine. Node loads such a leaf all the same.
 */
export function outdatedKey({ publicKey }: X509Certificate): string[] {
  const { asymmetricKeyType: type, asymmetricKeyDetails: details } = publicKey;
  if (type === 'dsa')
    return ['the leaf has a DSA key, which no TLS stack sends any more: issue it with another key'];
  const curve = details?.namedCurve;
  return OUTDATED_CURVES.includes(curve)
    ? [`the leaf has a key on ${curve}, which no TLS stack sends: issue it with another key`]
    : [];
}

/** Whether a certificate's issuer has signed it over SHA-1 or MD5. A root's own signature does not matter. */
export function hasOutdatedSignature({ raw }: X509Certificate): boolean {
  const [, algorithm] = inside(inside(raw)[0]?.content);
  const identifier = inside(algorithm?.content)[0]?.content.toString('hex');
  return identifier !== undefined && OUTDATED_SIGNATURES.has(identifier);
}
