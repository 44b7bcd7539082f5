import { createHash, createPrivateKey, type X509Certificate } from 'node:crypto';
import { createSecureContext } from 'node:tls';
import type { LeafFacts } from '../../domain/client.ts';
import { extensionsOf } from './extensions.ts';
import { certificatesIn, datesProblem, strayMarker } from './pem.ts';
import { remembered } from './remembered.ts';

type Anchors = readonly { anchorId: string; pem: string }[];
type Credential = { certificateChain: string; privateKey: string };

/**
 * Offline look at a client certificate chain (PEM, leaf first) at `now` (Unix seconds): fingerprint, which of the
 * anchors it leads to by signature and until when, and what is wrong with it in plain words (F7, F13). Throws nothing for a
 * bad leaf: an unreadable chain is a problem too, with an empty fingerprint.
 */
export function inspectLeaf(credential: Credential, anchors: Anchors, now: number): LeafFacts {
  const [leaf, ...rest] = certificatesIn(credential.certificateChain);
  if (!leaf) return unreadable(credential);
  const intermediates = rest.filter((certificate) => certificate !== null);
  const paths = pathsFrom(leaf, intermediates);
  const reached = [...new Set(paths.flat())];
  const ends = anchors.flatMap(({ anchorId, pem }) => {
    // Of an upload with several certificates only the first is the anchor (F7).
    const anchor = certificatesIn(pem)[0];
    const leading = anchor ? paths.filter((path) => issuedBy(anchor)(path.at(-1) ?? leaf)) : [];
    return leading.length > 0 ? [{ anchorId, ...bestOf(leading, now) }] : [];
  });
  return {
    fingerprint: fingerprint(leaf),
    chainsTo: ends.map(({ anchorId }) => anchorId),
    validUntil: Object.fromEntries(
      ends.flatMap(({ anchorId, until }) => (until === null ? [] : [[anchorId, until]])),
    ),
    pathProblems: Object.fromEntries(
      ends.flatMap(({ anchorId, problem }) => (problem ? [[anchorId, problem]] : [])),
    ),
    keyIdsAbove: authoritiesOf(reached),
    carries: carriedBy(intermediates, anchors),
    problems: withMarker([...leafProblems(leaf, now), ...materialProblems(leaf, credential)], credential),
  };
}

const unreadable = (credential: Credential): LeafFacts => ({
  ...{ fingerprint: '', chainsTo: [], validUntil: {}, pathProblems: {}, keyIdsAbove: [], carries: [] },
  problems: withMarker(['the leaf is not a readable PEM certificate'], credential),
});

/** SHA-256 of a certificate's public key (SPKI), hex: what a compromise is a fact about (I15). Null when it cannot be read. */
export function keyDigestOf(pem: string): string | null {
  const anchor = certificatesIn(pem)[0];
  return anchor ? digestOf(anchor) : null;
}

/** A key of a kind that OpenSSL cannot load has a digest of its own text: it is still that key and no other. */
const digestOf = remembered((certificate): string => {
  let key: Buffer;
  try {
    key = certificate.publicKey.export({ type: 'spki', format: 'der' });
  } catch {
    key = certificate.raw;
  }
  return createHash('sha256').update(key).digest('hex');
});

/**
 * Each anchor's key, and the keys that it has signed certificates for among all that is uploaded: a cross-certificate
 * may be an upload of its own, or stand behind the anchor in the same one (I15). One that cannot be read has none.
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

/** The keys of CA certificates, and the anchors that some path climbed from each of them leads to. */
function carriedBy(certificates: readonly X509Certificate[], anchors: Anchors): LeafFacts['carries'] {
  return certificates
    .filter(({ ca }) => ca)
    .map((certificate) => {
      const ends = pathsFrom(certificate, certificates).map((path) => path.at(-1) ?? certificate);
      const vouching = anchors.filter(({ pem }) => {
        const anchor = certificatesIn(pem)[0];
        return anchor && ends.some(issuedBy(anchor));
      });
      return { keyDigest: digestOf(certificate), vouchedBy: vouching.map(({ anchorId }) => anchorId) };
    });
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

/** The authority key identifiers (hex) of a leaf and of every intermediate that leads up from it. */
export function keyIdsAbove(certificateChain: string): string[] {
  const [leaf, ...rest] = certificatesIn(certificateChain);
  if (!leaf) return [];
  const intermediates = rest.filter((certificate) => certificate !== null);
  return authoritiesOf([...new Set(pathsFrom(leaf, intermediates).flat())]);
}

const authoritiesOf = (certificates: readonly X509Certificate[]): string[] =>
  certificates.flatMap((certificate) => extensionsOf(certificate).authorityKeyId ?? []);

const CLIENT_AUTH = '1.3.6.1.5.5.7.3.2';
const ANY_PURPOSE = '2.5.29.37.0';

/** As standard path validation judges a client's leaf: what is not restricted is allowed (F13). */
const leafProblems = (leaf: X509Certificate, now: number): string[] => [
  ...datesProblem(leaf, 'the leaf', now),
  ...leafFlaws(leaf),
];

const leafFlaws = remembered((leaf): string[] => {
  const extensions = extensionsOf(leaf);
  // Node calls the extended key usage keyUsage.
  const purposes = leaf.keyUsage as string[] | undefined;
  const isForClients = !purposes || purposes.includes(CLIENT_AUTH) || purposes.includes(ANY_PURPOSE);
  return [
    ...(extensions.hasAuthorityKeyId ? [] : ['the leaf has no Authority Key Identifier']),
    ...(isForClients ? [] : ['the leaf lacks the extended key usage clientAuth']),
    ...(extensions.digitalSignature || !extensions.hasKeyUsage
      ? []
      : ['the leaf lacks the key usage digitalSignature']),
  ];
});

/** By the digest of the whole credential: a key is not kept (I14), and to load one takes milliseconds. */
const problemsByMaterial = remembered(() => new Map<string, string[]>());

/** What is wrong with a chain and its key together, whatever the time is. */
function materialProblems(leaf: X509Certificate, credential: Credential): string[] {
  const digest = createHash('sha256').update(JSON.stringify(credential)).digest('base64');
  const known = problemsByMaterial(leaf);
  const problems = known.get(digest) ?? [
    ...findKeyProblems(leaf, credential.privateKey),
    ...loadProblems(credential),
  ];
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

/** The TLS stack that will send the chain has to load it (I19); what it says may quote the text, and stays here (I14). */
function loadProblems({ certificateChain: cert, privateKey: key }: Credential): string[] {
  if (loads({ cert, key }) || loads({ cert })) return [];
  const isGarbled = certificatesIn(cert).includes(null);
  return [isGarbled ? 'an intermediate certificate cannot be read' : 'TLS cannot load the certificate chain'];
}

function loads(material: { cert: string; key?: string }): boolean {
  try {
    createSecureContext(material);
    return true;
  } catch {
    return false;
  }
}

/** Where something is wrong, a marker that does not stand alone is most likely why. */
const withMarker = (problems: readonly string[], { certificateChain }: Credential): string[] =>
  problems.length > 0 ? [...problems, strayMarker(certificateChain) ?? []].flat() : [];

/** The path that is valid for the longest of those valid now, or why none is. */
function bestOf(
  paths: readonly X509Certificate[][],
  now: number,
): { until: number | null; problem?: string } {
  const problemsOf = (path: readonly X509Certificate[]) =>
    path.flatMap((certificate, i) =>
      datesProblem(certificate, i === 0 ? 'the leaf' : 'an intermediate certificate', now),
    );
  const valid = paths.filter((path) => problemsOf(path).length === 0);
  const ends = valid.map((path) => Math.min(...path.map(({ validToDate }) => validToDate.getTime() / 1000)));
  if (ends.length > 0) return { until: Math.max(...ends) };
  return { until: null, problem: problemsOf(paths[0] ?? [])[0] ?? 'no path is valid' };
}

/** More certificates than a real chain has: beyond it the ways through them are not worth counting. */
const MOST_STEPS = 8;

/**
 * Every way up from a certificate through the CA certificates beside it, whatever their order, each used once and the
 * shortest first. A self-signed one is an anchor sent along: it is trusted from the upload and no step of a path.
 */
function pathsFrom(start: X509Certificate, beside: readonly X509Certificate[]): X509Certificate[][] {
  const issuers = beside.filter((one) => one.ca && !issuedBy(one)(one));
  const paths = [[start]];
  // The array grows while it is walked: each path found is climbed from in its turn.
  for (const path of paths) {
    const last = path.at(-1) ?? start;
    if (path.length > MOST_STEPS) continue;
    for (const issuer of issuers)
      if (!path.includes(issuer) && issuedBy(issuer)(last)) paths.push([...path, issuer]);
  }
  return paths;
}

/** Which certificate issued which, as long as both are kept: no signature has to be verified twice. */
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
