import { createHash, type X509Certificate } from 'node:crypto';
import type { LeafFacts } from '../../domain/leaf/leaf-facts.ts';
import { oncePer } from '../../domain/once.ts';
import { extensionsOf } from './extensions.ts';
import { inOneForm } from './key-form.ts';
import { foldedName, nameToTell } from './names.ts';
import { pathsFrom, rememberedRelation } from './paths.ts';
import { certificatesIn } from './pem.ts';

type Anchors = readonly { anchorId: string; pem: string }[];

/**
 * Returns the SHA-256 of a certificate's public key (SPKI), hex: a compromise is a fact about this key (I15).
 * Null when it cannot be read.
 */
export function keyDigestOf(pem: string): string | null {
  const anchor = certificatesIn(pem)[0];
  return anchor ? digestOf(anchor) : null;
}

/**
 * Returns a certificate's public key (SPKI, DER, hex), by which a leaf below it is known. Null when it cannot
 * be read.
 */
export function publicKeyOf(pem: string): string | null {
  const anchor = certificatesIn(pem)[0];
  return anchor ? (spkiOf(anchor)?.toString('hex') ?? null) : null;
}

/** A key that OpenSSL cannot load is taken as its certificate writes it: one key in all of its certificates. */
const digestOf = oncePer((certificate: X509Certificate): string =>
  createHash('sha256')
    .update(spkiOf(certificate) ?? extensionsOf(certificate).publicKey ?? certificate.raw)
    .digest('hex'),
);

const spkiOf = oncePer((certificate: X509Certificate): Buffer | null => {
  try {
    return inOneForm(certificate.publicKey).export({ type: 'spki', format: 'der' });
  } catch {
    return null;
  }
});

/**
 * Returns each anchor's key, and the keys that the anchor has signed certificates for, among all uploads. A
 * cross-certificate may be an upload of its own, or stand behind an anchor in the same upload (I15). An
 * anchor that cannot be read has no entry.
 */
export function keysOf(anchors: Anchors): Map<string, { digest: string; vouchesFor: string[] }> {
  const uploaded = anchors.flatMap(({ pem }) => certificatesIn(pem).filter((one) => one !== null));
  const signed = carriedBy(uploaded, anchors);
  return new Map(
    anchors.flatMap(({ anchorId, pem }) => {
      const digest = keyDigestOf(pem);
      const vouched = signed.filter(
        ({ keyDigest, vouchedBy }) => keyDigest !== digest && vouchedBy.includes(anchorId),
      );
      return digest ? [[anchorId, { digest, vouchesFor: vouched.map(({ keyDigest }) => keyDigest) }]] : [];
    }),
  );
}

/**
 * Whether a certificate vouches for another, by signature and name alone: hosts need not look at the
 * identifiers by which the other one names its issuer. If this finds too much, that is only reported (I9,
 * I15).
 */
const vouchedForBy = rememberedRelation(
  (issuer, certificate) =>
    foldedName(issuer.subject) === foldedName(certificate.issuer) && certificate.verify(issuer.publicKey),
);

/**
 * Returns the keys of the CA certificates among these, and for each key the anchors that some path up from it
 * leads to.
 */
export function carriedBy(certificates: readonly X509Certificate[], anchors: Anchors): LeafFacts['carries'] {
  return certificates
    .filter(({ ca }) => ca)
    .map((certificate) => {
      const ends = [...pathsFrom(certificate, certificates, vouchedForBy).keys()];
      const vouching = anchors.filter(({ pem }) => {
        const anchor = certificatesIn(pem)[0];
        return anchor && ends.some(vouchedForBy(anchor));
      });
      const { subject } = certificate;
      return {
        keyDigest: digestOf(certificate),
        vouchedBy: vouching.map(({ anchorId }) => anchorId),
        ...(subject && { subject: nameToTell(subject) }),
      };
    });
}
