import { createHash, createPrivateKey, type X509Certificate } from 'node:crypto';
import type { LeafFacts } from '../../domain/client.ts';
import { extensionsOf } from './extensions.ts';
import { certificatesIn, datesProblem } from './pem.ts';
import { remembered } from './remembered.ts';

/**
 * Offline look at a client certificate chain (PEM, leaf first) at `now` (Unix seconds): fingerprint, which of the
 * anchors it chains to by signature, and every F13 problem in plain words. Throws nothing for a bad leaf: an
 * unreadable chain is a problem too, with an empty fingerprint.
 */
export function inspectLeaf(
  credential: { certificateChain: string; privateKey: string },
  anchors: readonly { anchorId: string; pem: string }[],
  now: number,
): LeafFacts {
  const [leaf, ...rest] = certificatesIn(credential.certificateChain);
  if (!leaf)
    return {
      ...{ fingerprint: '', chainsTo: [], keyIdsAbove: [] },
      problems: ['the leaf is not a readable PEM certificate'],
    };
  const intermediates = rest.filter((certificate) => certificate !== null);
  const reached = reachedFrom(leaf, intermediates);
  // Dates stay out of it: an expired retiring anchor still says which succession the leaf belongs to.
  const chainsTo = anchors
    .filter(({ pem }) => certificatesIn(pem).some((anchor) => anchor && reached.some(issuedBy(anchor))))
    .map(({ anchorId }) => anchorId);
  const problems = [
    ...leafProblems(leaf, now),
    ...keyProblems(leaf, credential.privateKey),
    ...(intermediates.length < rest.length ? ['an intermediate certificate cannot be read'] : []),
    ...reached.slice(1).flatMap((certificate) => intermediateProblems(certificate, now)),
  ];
  return { fingerprint: fingerprint(leaf), chainsTo, keyIdsAbove: authoritiesOf(reached), problems };
}

/** SHA-256 of the leaf's DER in hex, or an empty string when the PEM cannot be read. */
export function fingerprintOf(certificateChain: string): string {
  const leaf = certificatesIn(certificateChain)[0];
  return leaf ? fingerprint(leaf) : '';
}

/** The subject key identifier (hex) of an anchor's PEM, or null when it has none. */
export function keyIdOf(pem: string): string | null {
  const anchor = certificatesIn(pem)[0];
  return anchor ? extensionsOf(anchor).subjectKeyId : null;
}

/** The authority key identifier (hex) of the chain's last certificate: the key id of the anchor it hangs from, or null. */
export function anchorKeyIdOf(certificateChain: string): string | null {
  const last = certificatesIn(certificateChain).at(-1);
  return last ? extensionsOf(last).authorityKeyId : null;
}

/** The authority key identifiers (hex) of a leaf and of every intermediate that leads up from it. */
export function keyIdsAbove(certificateChain: string): string[] {
  const [leaf, ...rest] = certificatesIn(certificateChain);
  if (!leaf) return [];
  const intermediates = rest.filter((certificate) => certificate !== null);
  return authoritiesOf(reachedFrom(leaf, intermediates));
}

const authoritiesOf = (certificates: readonly X509Certificate[]): string[] =>
  certificates.flatMap((certificate) => extensionsOf(certificate).authorityKeyId ?? []);

const CLIENT_AUTH = '1.3.6.1.5.5.7.3.2';

const leafProblems = (leaf: X509Certificate, now: number): string[] => [
  ...datesProblem(leaf, 'the leaf', now),
  ...leafFlaws(leaf),
];

const leafFlaws = remembered((leaf): string[] => {
  const extensions = extensionsOf(leaf);
  return [
    ...(extensions.hasAuthorityKeyId ? [] : ['the leaf has no Authority Key Identifier']),
    ...(extensions.subjectKeyId ? [] : ['the leaf has no Subject Key Identifier']),
    // Node calls the extended key usage keyUsage.
    ...(leaf.keyUsage?.includes(CLIENT_AUTH) ? [] : ['the leaf lacks the extended key usage clientAuth']),
    ...(extensions.digitalSignature ? [] : ['the leaf lacks the key usage digitalSignature']),
  ];
});

/** By the key's digest: a key is not kept (I14). */
const problemsByKey = remembered(() => new Map<string, string[]>());

function keyProblems(leaf: X509Certificate, privateKey: string): string[] {
  const digest = createHash('sha256').update(privateKey).digest('base64');
  const known = problemsByKey(leaf);
  const problems = known.get(digest) ?? findKeyProblems(leaf, privateKey);
  known.set(digest, problems);
  return problems;
}

function findKeyProblems(leaf: X509Certificate, privateKey: string): string[] {
  try {
    return leaf.checkPrivateKey(createPrivateKey(privateKey))
      ? []
      : ['the private key does not belong to the leaf'];
  } catch {
    // What OpenSSL says about a key stays here (I14).
    return ['the private key is not a readable, unencrypted PEM key'];
  }
}

/** An anchor sent along with the chain is trusted from the upload, not from the handshake, so its dates are no matter. */
const intermediateProblems = (certificate: X509Certificate, now: number): string[] =>
  issuedBy(certificate)(certificate) ? [] : datesProblem(certificate, 'an intermediate certificate', now);

/** The leaf and the intermediates that lead up from it, whatever their order in the chain. */
function reachedFrom(leaf: X509Certificate, intermediates: readonly X509Certificate[]): X509Certificate[] {
  const reached = [leaf];
  // The array grows while it is walked: each issuer found is climbed from in its turn.
  for (const certificate of reached)
    for (const issuer of intermediates)
      if (issuer.ca && !reached.includes(issuer) && issuedBy(issuer)(certificate)) reached.push(issuer);
  return reached;
}

/** Who issued whom, as long as both certificates are kept: a signature is as good the second time. */
const signatures = new WeakMap<X509Certificate, WeakMap<X509Certificate, boolean>>();

const issuedBy =
  (issuer: X509Certificate) =>
  (certificate: X509Certificate): boolean => {
    const byIssuer = signatures.get(certificate) ?? new WeakMap<X509Certificate, boolean>();
    signatures.set(certificate, byIssuer);
    const issued = byIssuer.get(issuer) ?? isSignedBy(issuer, certificate);
    byIssuer.set(issuer, issued);
    return issued;
  };

function isSignedBy(issuer: X509Certificate, certificate: X509Certificate): boolean {
  try {
    return certificate.checkIssued(issuer) && certificate.verify(issuer.publicKey);
  } catch {
    return false; // a key of a kind that OpenSSL cannot load signs nothing that we could prove
  }
}

const fingerprint = remembered(({ fingerprint256 }) => fingerprint256.replaceAll(':', '').toLowerCase());
