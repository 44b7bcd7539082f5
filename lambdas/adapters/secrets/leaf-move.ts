import { chainDigestOf, fingerprintOf } from '../x509/fingerprint.ts';

/** A client's leaf before and after a move, by SHA-256 fingerprint; where the leaf stays and its chain is another, the digests of both chains. */
export type LeafMove = {
  client: string;
  before: string | null;
  after: string;
  chains?: { before: string; after: string };
};

/** What the trail says of a move from one chain (PEM, leaf first) to another; `before` is null where a client ran on nothing. */
export function leafMove(client: string, before: string | null, after: string): LeafMove {
  const leaves = { before: before && (fingerprintOf(before) || null), after: fingerprintOf(after) };
  if (before === null || leaves.before !== leaves.after) return { client, ...leaves };
  return { client, ...leaves, chains: { before: chainDigestOf(before), after: chainDigestOf(after) } };
}
