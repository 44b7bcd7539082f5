import type { Client, IdentityChange } from '../client.ts';
import type { LeafFacts } from './leaf-facts.ts';

/** What is at one version stage of a client's secret: a leaf, nothing, or why nobody can say (I9). */
export type Holding = LeafFacts | { unknown: string; passing?: boolean } | null;

/**
 * A client with its running leaf (`AWSCURRENT`), its staged one (`AWSPENDING`) and its previous one
 * (`AWSPREVIOUS`).
 */
export type ClientFacts = Client & {
  running: Holding;
  staged: Holding;
  previous: Holding;
  /** The ids of both versions, where the staged one has another API key or other ids than the running one. */
  changesIdentity?: IdentityChange;
  /**
   * The staged version is the very one at `AWSPREVIOUS`. Its label stayed there when another version was made
   * current, and nobody has staged it anew.
   */
  isLeftStaged?: true;
  /**
   * The authorities that its running leaf was last seen under, where the journal knows them (rule 3). There
   * are several where authorities share a key.
   */
  lastAuthorities?: readonly string[];
  /**
   * Ids of the anchors that its leaf led to then, where the journal knows them. An anchor may have been
   * renamed since.
   */
  lastAnchors?: readonly string[];
  /**
   * Ids of the current and the staged version of its secret, where Secrets Manager says them, also of a
   * version that cannot be read.
   */
  versions?: { running?: string | undefined; staged?: string | undefined };
  /** The label of its next leaf, where it is not `AWSPENDING`. */
  stagedLabel?: string;
};

/** Returns the leaf at a stage; null where there is none, or it could not be read. */
export const leafIn = (holding: Holding): LeafFacts | null =>
  holding === null || 'unknown' in holding ? null : holding;

/** Whether a leaf that could be read leads to an anchor. */
export const leadsTo = (holding: Holding, anchorId: string): boolean =>
  leafIn(holding)?.chainsTo.includes(anchorId) ?? false;
