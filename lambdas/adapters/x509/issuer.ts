import { createHash, type X509Certificate } from 'node:crypto';
import { extensionsOf } from './extensions.ts';
import { pathsFrom } from './paths.ts';
import { certificatesIn } from './pem.ts';

/** Digits of a digest that tell one subject from another: a plan has to be carried. */
const SHORT = 16;

/** An issuer as a plan remembers it: its subject key identifier (hex) and, where it is known, its subject's digest. */
export type Issuer = { keyId: string; subject?: string | undefined };

/** The first digits of the SHA-256 (hex) of an anchor's subject, or null when the PEM cannot be read. */
export function subjectDigestOf(pem: string): string | null {
  const anchor = certificatesIn(pem)[0];
  return anchor ? digestOf(anchor.subject) : null;
}

/**
 * Whether some path up from a leaf ends below this issuer. Two anchors may have one key under two names, and then the key
 * alone does not tell: a host looks for the name.
 */
export function hangsFrom(certificateChain: string, { keyId, subject }: Issuer): boolean {
  const [leaf, ...rest] = certificatesIn(certificateChain);
  if (!leaf) return false;
  const isBelow = (certificate: X509Certificate): boolean =>
    extensionsOf(certificate).authorityKeyId === keyId &&
    (subject === undefined || digestOf(certificate.issuer) === subject);
  const intermediates = rest.filter((certificate) => certificate !== null);
  return pathsFrom(leaf, intermediates).flat().some(isBelow);
}

const digestOf = (name: string): string => createHash('sha256').update(name).digest('hex').slice(0, SHORT);
