import { createPrivateKey, type X509Certificate } from 'node:crypto';
import type { PresentedLeaf } from '../../lambdas/adapters/hosts/fresh-session.ts';
import { chainDigestOf } from '../../lambdas/adapters/x509/fingerprint.ts';
import { certificatesIn } from '../../lambdas/adapters/x509/pem.ts';
import { type PresentedChain, presentedChain } from '../certificates/presented-chain.ts';

/**
 * What a call presents, read once. `usable` is false where the key is not the leaf's, since
 * no TLS session begins with it.
 */
export type Credential = { chain: PresentedChain | null; digest: string; usable: boolean };

const credentials = new Map<string, Credential>();

/** The client certificate of a call, or null where it has none. */
export function credentialOf({ certificateChain, privateKey = '' }: PresentedLeaf): Credential | null {
  if (!certificateChain) return null;
  const key = certificateChain + privateKey;
  const known = credentials.get(key) ?? read(certificateChain, privateKey);
  credentials.set(key, known);
  return known;
}

/** The digest of a leaf and its chain, as logs name them, or `control` for a call without one. */
export const leafInWords = (credential: Credential | null): string => credential?.digest ?? 'control';

function read(certificateChain: string, privateKey: string): Credential {
  const [leaf, ...rest] = certificatesIn(certificateChain);
  const intermediates = rest.filter((certificate): certificate is X509Certificate => certificate !== null);
  return {
    chain: leaf ? presentedChain(leaf, intermediates) : null,
    digest: chainDigestOf(certificateChain),
    usable: leaf?.checkPrivateKey(createPrivateKey(privateKey)) ?? false,
  };
}
