import { createHash, createPrivateKey, type X509Certificate } from 'node:crypto';
import { createSecureContext } from 'node:tls';
import { GARBLED_INTERMEDIATE, OTHERS_KEY, UNLOADABLE, UNREADABLE_KEY } from '../../domain/leaf/problems.ts';
import { oncePer } from '../../domain/once.ts';
import { extensionsOf } from './extensions.ts';
import { isForClients } from './path-restrictions.ts';
import { certificatesIn, datesProblem } from './pem.ts';

/** What a client presents: its chain (PEM, leaf first) and the key. */
export type Credential = { certificateChain: string; privateKey: string };

/**
 * Returns the problems of a client's leaf in standard path validation: what is not restricted is allowed
 * (F13).
 */
export const leafProblems = (leaf: X509Certificate, now: number): string[] => [
  ...datesProblem(leaf, 'the leaf', now),
  ...leafFlaws(leaf),
];

const leafFlaws = oncePer((leaf: X509Certificate): string[] => {
  const extensions = extensionsOf(leaf);
  return [
    ...(extensions.hasAuthorityKeyId ? [] : ['the leaf has no Authority Key Identifier']),
    ...(isForClients(leaf) ? [] : ['the leaf lacks the extended key usage clientAuth']),
    ...(extensions.digitalSignature || !extensions.hasKeyUsage
      ? []
      : ['the leaf lacks the key usage digitalSignature']),
  ];
});

/**
 * Kept by the digest of the whole credential: the key itself is not kept (I14), and loading one takes
 * milliseconds.
 */
const problemsByMaterial = oncePer((_leaf: X509Certificate) => new Map<string, string[]>());

/** Returns what is wrong with a chain and its key together, whatever the time is. */
export function materialProblems(leaf: X509Certificate, credential: Credential): string[] {
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
    return leaf.checkPrivateKey(createPrivateKey(privateKey)) ? [] : [OTHERS_KEY];
  } catch {
    // OpenSSL's message about a key must not leave this function (I14).
    return [UNREADABLE_KEY];
  }
}

/**
 * The TLS stack that will send the chain has to load it (I19). Its message may quote the text, and must not
 * leave this function (I14).
 */
function loadProblems({ certificateChain: cert, privateKey: key }: Credential): string[] {
  if (loads({ cert, key }) || loads({ cert })) return [];
  const isGarbled = certificatesIn(cert).includes(null);
  return [isGarbled ? GARBLED_INTERMEDIATE : UNLOADABLE];
}

function loads(material: { cert: string; key?: string }): boolean {
  try {
    createSecureContext(material);
    return true;
  } catch {
    return false;
  }
}
