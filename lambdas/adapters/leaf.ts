import type { LeafFacts } from '../domain/client.ts';

/**
 * Offline look at a client certificate chain (PEM, leaf first) at `now` (Unix seconds): fingerprint, which of the
 * anchors it chains to by signature, and every F13 problem in plain words. Throws nothing for a bad leaf: an
 * unreadable chain is a problem too, with an empty fingerprint.
 */
export declare function inspectLeaf(
  credential: { certificateChain: string; privateKey: string },
  anchors: readonly { anchorId: string; pem: string }[],
  now: number,
): LeafFacts;

/** SHA-256 of the leaf's DER in hex, or an empty string when the PEM cannot be read. */
export declare function fingerprintOf(certificateChain: string): string;

/** The subject key identifier (hex) of an anchor's PEM, or null when it has none. */
export declare function keyIdOf(pem: string): string | null;

/** The authority key identifier (hex) of the chain's last certificate: the key id of the anchor it hangs from, or null. */
export declare function anchorKeyIdOf(certificateChain: string): string | null;
