import { createHash, createPrivateKey, type X509Certificate } from 'node:crypto';
import { createSecureContext } from 'node:tls';
import type { LeafFacts } from '../../domain/client.ts';
import { oncePer } from '../../domain/once.ts';
import { extensionsOf } from './extensions.ts';
import { carriedBy } from './keys.ts';
import { climbedIn, issuedBy, lastingFrom, pathProblem, pathsFrom } from './paths.ts';
import { certificatesIn, datesProblem, strayMarker } from './pem.ts';

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
  const reached = [...paths.keys()];
  const lasting = lastingFrom(leaf, reached, now);
  const ends = anchors.flatMap(({ anchorId, pem }) => {
    // Of an upload with several certificates only the first is the anchor (F7).
    const anchor = certificatesIn(pem)[0];
    const [first, ...others] = anchor ? reached.filter(issuedBy(anchor)) : [];
    if (!first) return [];
    const until = [first, ...others].flatMap((last) => lasting.get(last) ?? []);
    const end =
      until.length > 0
        ? { until: Math.max(...until) }
        : { until: null, problem: pathProblem(paths.get(first) ?? [], now) };
    // The leaf itself is reached before any other.
    return [{ anchorId, isIssuer: first === leaf, ...end }];
  });
  return {
    fingerprint: fingerprint(leaf),
    chain: chainDigestOf(credential.certificateChain),
    chainsTo: ends.map(({ anchorId }) => anchorId),
    issuers: ends.flatMap(({ anchorId, isIssuer }) => (isIssuer ? [anchorId] : [])),
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
  ...{
    fingerprint: '',
    chain: chainDigestOf(credential.certificateChain),
    chainsTo: [],
    issuers: [],
    validUntil: {},
    pathProblems: {},
  },
  ...{ keyIdsAbove: [], carries: [] },
  problems: withMarker(['the leaf is not a readable PEM certificate'], credential),
});

/** SHA-256 of the leaf's DER in hex, or an empty string when the PEM cannot be read. */
export function fingerprintOf(certificateChain: string): string {
  const leaf = certificatesIn(certificateChain)[0];
  return leaf ? fingerprint(leaf) : '';
}

/** Digits of a digest that tell one client's leaves, or chains, apart: a plan has to be carried. */
const SHORT = 16;

/** The first digits of a SHA-256 (hex) of every certificate in a chain, in its order: what stands around them changes nothing. */
export const chainDigestOf = (certificateChain: string): string =>
  createHash('sha256')
    .update(JSON.stringify(certificatesIn(certificateChain).map((one) => one && fingerprint(one))))
    .digest('hex')
    .slice(0, SHORT);

/** The subject key identifier (hex) of an anchor's PEM, or null when it has none. */
export function keyIdOf(pem: string): string | null {
  const anchor = certificatesIn(pem)[0];
  return anchor ? extensionsOf(anchor).subjectKeyId : null;
}

/** The authority key identifiers (hex) of a leaf and of every intermediate that leads up from it. */
export const keyIdsAbove = (certificateChain: string): string[] => authoritiesOf(climbedIn(certificateChain));

const authoritiesOf = (certificates: readonly X509Certificate[]): string[] =>
  certificates.flatMap((certificate) => extensionsOf(certificate).authorityKeyId ?? []);

const CLIENT_AUTH = '1.3.6.1.5.5.7.3.2';
const ANY_PURPOSE = '2.5.29.37.0';

/** As standard path validation judges a client's leaf: what is not restricted is allowed (F13). */
const leafProblems = (leaf: X509Certificate, now: number): string[] => [
  ...datesProblem(leaf, 'the leaf', now),
  ...leafFlaws(leaf),
];

const leafFlaws = oncePer((leaf: X509Certificate): string[] => {
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
const problemsByMaterial = oncePer((_leaf: X509Certificate) => new Map<string, string[]>());

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

const fingerprint = oncePer(({ fingerprint256 }: X509Certificate) =>
  fingerprint256.replaceAll(':', '').toLowerCase(),
);
