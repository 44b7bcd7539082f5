import * as z from 'zod';
import { identityChangeSchema } from '../client.ts';

/** A staged leaf (SHA-256 fingerprint, hex) that is to be made current. */
export const promotionOfSchema = z.object({
  ...{ client: z.string(), secret: z.string(), leaf: z.string() },
  /**
   * The first digits of a digest of all certificates that it was seen, and proven, with. Missing in an older
   * version.
   */
  chain: z.string().optional(),
  /**
   * The first digits of a digest of all certificates that its client ran on by then. Missing in an older
   * version.
   */
  running: z.string().optional(),
  /**
   * The first digits of a digest of all certificates that its client runs on, where these lead to the
   * successor as well. A client that moves from them begins no soak anew (I11). In an older version this is
   * the leaf's fingerprint.
   */
  renews: z.string().optional(),
  /**
   * The staged version has another API key or other ids. It replaces only the version that the plan saw.
   * Without this, both versions have to say the same of who the client is. Missing in an older version.
   */
  changesIdentity: identityChangeSchema.optional(),
});
