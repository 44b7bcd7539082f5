import * as z from 'zod';

/** A workload that calls the API, as the configuration names it: its project and its secret, never its keys. */
export const clientSchema = z.strictObject({
  name: z.string().min(1),
  project: z.string().min(1),
  secret: z.string().min(1),
});

export type Client = z.infer<typeof clientSchema>;

/** What an offline look at one leaf says (F13), against the anchors it was compared with. */
export type LeafFacts = {
  /** SHA-256 of the leaf's DER, hex. */
  fingerprint: string;
  /** Ids of the anchors its chain, intermediates included, leads to. */
  chainsTo: readonly string[];
  /** Authority key identifiers (hex) of the leaf and of the intermediates above it. */
  keyIdsAbove: readonly string[];
  /** Why the API would refuse it, in plain words; empty when nothing is wrong. */
  problems: readonly string[];
};

/** A client with its running leaf (`AWSCURRENT`), the one staged for it (`AWSPENDING`) and the last (`AWSPREVIOUS`). */
export type ClientFacts = Client & {
  running: LeafFacts | null;
  staged: LeafFacts | null;
  previous: LeafFacts | null;
};
