import * as z from 'zod';
import { anchorId } from './pair.ts';

/**
 * A client that a late call moved to a leaf which nothing trusts any more, and its previous leaf:
 * fingerprints (SHA-256, hex).
 */
export const outsideSchema = z.object({
  client: z.string(),
  project: z.string(),
  secret: z.string(),
  /** As in a check. */
  hosts: z.array(z.string()).min(1).optional(),
  leaf: z.string(),
  previous: z.string(),
  /**
   * The first digits of a digest of all certificates that each leaf was seen with. Missing in an older
   * version.
   */
  chain: z.string().optional(),
  previousChain: z.string().optional(),
  /** The anchors that only the previous leaf leads to. Missing in an older version. */
  backTo: z.array(anchorId).optional(),
});

export type Outside = z.infer<typeof outsideSchema>;
