/**
 * What an offline look at one leaf says (F7, F13), against the anchors that it was compared with. Times are
 * Unix seconds.
 */
export type LeafFacts = {
  /** SHA-256 of the leaf's DER, hex; empty where it cannot be read. */
  fingerprint: string;
  /** The first digits of a digest of all certificates that the leaf is sent with, itself among them (hex). */
  chain: string;
  /** Ids of the anchors that some path from the leaf leads to by signature, whatever the dates. */
  chainsTo: readonly string[];
  /**
   * Ids of the anchors that have issued the leaf itself, by signature. Where one of them is active, a host
   * asks no other (F7).
   */
  issuers: readonly string[];
  /**
   * For each anchor of `chainsTo`, until when its best whole path is valid. Missing for an anchor that no
   * path leads to that is valid now.
   */
  validUntil: Readonly<Record<string, number>>;
  /**
   * Ids of the anchors that have signed the leaf or its chain by key and name, but that the identifiers
   * exclude. Some TLS stacks do not look at identifiers.
   */
  signedBy?: readonly string[];
  /** When the leaf itself begins, and ends, whatever its chain is. */
  beginsAt?: number;
  endsAt?: number;
  /**
   * When the last valid path ended, where the leaf leads to anchors and no path to any of them is valid or
   * has yet to begin.
   */
  pathsEndedAt?: number;
  /** Why no path to an anchor is valid now, by anchor, in plain words. */
  pathProblems: Readonly<Record<string, string>>;
  /** What may be wrong with the chain of a leaf that leads to no anchor, in plain words. */
  chainProblem?: string;
  /**
   * By anchor: from when, and until when, a path is valid that has yet to begin, where only time is missing.
   */
  coming?: Readonly<Record<string, { from: number; until: number }>>;
  /** Authority key identifiers (hex) of the leaf and of the intermediates above it. */
  keyIdsAbove: readonly string[];
  /**
   * The public keys of the CA certificates that are sent along, the anchors that vouch for each, and the CA's
   * name (I15).
   */
  carries: readonly { keyDigest: string; vouchedBy: readonly string[]; subject?: string }[];
  /**
   * Why no host would accept it, or no TLS stack load it, whatever the path; empty where nothing is wrong.
   */
  problems: readonly string[];
};

/**
 * A leaf as a plan carries it: by its fingerprint, and by the digest of all certificates that it is sent
 * with.
 */
type SeenLeaf = { leaf?: string | undefined; chain?: string | undefined };

/**
 * Whether a client holds the very leaf with the very chain. With another chain the same leaf leads elsewhere
 * (F7).
 */
export const isLeafOf = (held: LeafFacts | null, { leaf, chain }: SeenLeaf): boolean =>
  held !== null && held.fingerprint === leaf && held.chain === chain;

/**
 * Returns the active anchors that a host may ask about a leaf (F7): those that have issued the leaf itself,
 * or, only where there is none, those that its chain leads to. Which of several a host asks is its own
 * business, and one whose filter refuses the leaf fails the call. So a way in that no host was seen to ask is
 * not known to be one.
 */
export function askedAbout(
  { issuers, chainsTo }: Pick<LeafFacts, 'issuers' | 'chainsTo'>,
  isActive: (anchorId: string) => boolean,
): string[] {
  const direct = issuers.filter(isActive);
  return direct.length > 0 ? direct : chainsTo.filter(isActive);
}
