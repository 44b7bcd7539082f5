import { createHash, createPublicKey, type X509Certificate } from 'node:crypto';
import { onceForText } from '../../domain/once.ts';
import type { AnchorMarks, RetiringIssuer } from '../../domain/planning/later-needs.ts';
import { extensionsOf } from './extensions.ts';
import { keyIdOf } from './key-ids.ts';
import { keyDigestOf, publicKeyOf } from './keys.ts';
import { foldedName } from './names.ts';
import { climbedIn } from './paths.ts';
import { certificatesIn } from './pem.ts';

/** Digits of a digest that tell one subject from another. A plan has to carry them, so they are few. */
const SHORT = 16;

/**
 * A successor as a plan remembers it: its subject key identifier (hex) and, if known, its subject's digest.
 */
export type Issuer = { keyId: string; subject?: string | undefined };

/** Returns the marks by which leaves below an anchor are known, as far as its PEM can be read. */
export const marksOf = (pem: string): AnchorMarks => ({
  keyId: keyIdOf(pem),
  subject: subjectDigestOf(pem),
  exactly: exactSubjectOf(pem),
  key: publicKeyOf(pem),
});

/**
 * Returns the first digits of the SHA-256 (hex) of an anchor's subject as hosts compare it, or null when the
 * PEM cannot be read.
 */
export function subjectDigestOf(pem: string): string | null {
  const anchor = certificatesIn(pem)[0];
  return anchor ? digestOf(foldedName(anchor.subject)) : null;
}

/** Returns the same for the subject exactly as it is written: some host may compare letters exactly. */
function exactSubjectOf(pem: string): string | null {
  const anchor = certificatesIn(pem)[0];
  return anchor ? digestOf(anchor.subject ?? '') : null;
}

/**
 * Returns the key and the name of an anchor together. A host cannot tell anchors apart by a leaf if they
 * share both (F7).
 */
export const keyAndNameOf = (pem: string): string => `${keyDigestOf(pem)} ${subjectDigestOf(pem)}`;

/**
 * Whether some path up from a leaf ends below this issuer. Two anchors may have one key under two names. Then
 * the key alone does not tell, because a host looks for the name.
 */
export function hangsFrom(certificateChain: string, { keyId, subject }: Issuer): boolean {
  return climbedIn(certificateChain).some(
    (certificate) => extensionsOf(certificate).authorityKeyId === keyId && isNamed(certificate, subject),
  );
}

/** The same by the signature itself: a key identifier may be missing, or be another key's. */
export function isSignedBelow(certificateChain: string, { key, subject }: RetiringIssuer): boolean {
  const publicKey = keyIn(key);
  return climbedIn(certificateChain).some(
    (certificate) => isNamed(certificate, subject) && certificate.verify(publicKey),
  );
}

/**
 * The same for a leaf that a host is to let in. The leaf must have an authority key identifier extension
 * (F7). A certificate that the issuer signed must name no other key. It may name the issuer by a serial
 * number instead, and `keyId` is absent for an issuer without a key identifier.
 */
export function isIssuedBelow(
  certificateChain: string,
  { key, subject, keyId }: RetiringIssuer & { keyId?: string | undefined },
): boolean {
  const climbed = climbedIn(certificateChain);
  const isBelow = (certificate: X509Certificate): boolean => {
    const named = extensionsOf(certificate).authorityKeyId;
    const isOwn = keyId === undefined || named === null || named === keyId;
    return isOwn && isNamed(certificate, subject) && certificate.verify(keyIn(key));
  };
  return climbed.slice(0, 1).some((leaf) => extensionsOf(leaf).hasAuthorityKeyId) && climbed.some(isBelow);
}

/** More keys than any plan cuts at once. */
const MOST_KEYS = 1_000;

const keyIn = onceForText(
  (hex) => createPublicKey({ key: Buffer.from(hex, 'hex'), format: 'der', type: 'spki' }),
  MOST_KEYS,
);

/** A plan of an older version has the digest of a name exactly as it is written. */
const isNamed = ({ issuer }: X509Certificate, subject: string | undefined): boolean =>
  subject === undefined || [foldedName(issuer), issuer ?? ''].some((name) => digestOf(name) === subject);

const digestOf = (name: string): string => createHash('sha256').update(name).digest('hex').slice(0, SHORT);
