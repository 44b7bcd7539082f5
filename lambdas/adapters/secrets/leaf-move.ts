import { chainDigestOf, fingerprintOf } from '../x509/fingerprint.ts';

/**
 * A client's leaf before and after a move, by SHA-256 fingerprint. If the leaf stays and only its chain
 * changes, also the digests of both chains.
 */
export type LeafMove = {
  client: string;
  before: string | null;
  after: string;
  chains?: { before: string; after: string };
};

/**
 * Returns what the trail says of a move from one chain to another (PEM, leaf first). `before` is null when
 * the client ran on nothing.
 */
export function leafMove(client: string, before: string | null, after: string): LeafMove {
  const leaves = { before: before && (fingerprintOf(before) || null), after: fingerprintOf(after) };
  if (before === null || leaves.before !== leaves.after) return { client, ...leaves };
  return { client, ...leaves, chains: { before: chainDigestOf(before), after: chainDigestOf(after) } };
}
