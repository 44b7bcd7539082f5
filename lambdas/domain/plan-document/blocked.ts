import * as z from 'zod';
import { anchorId } from './pair.ts';

export const blockedSchema = z.object({
  anchor: anchorId,
  reason: z.string(),
  /** Where the cut may not be made, and for which client. Absent where the anchor as a whole is blocked. */
  scopes: z.array(z.string()).optional(),
  client: z.string().optional(),
  /** Many clients in one entry, where the same is said of all of them. */
  clients: z.array(z.string()).optional(),
  /** The witness that nobody can look at. */
  witness: z.string().optional(),
  /**
   * Nobody could look there. Telling this does not count as telling what is found once somebody can (I13).
   */
  unseen: z.literal(true).optional(),
  /**
   * Mutual TLS is off there. Whatever was told of the anchor before does not count as telling this (I3, I13).
   */
  off: z.literal(true).optional(),
  /**
   * The entry only says that clients of the anchor get in nowhere. A leaked key does not get in by it either.
   */
  shutOut: z.literal(true).optional(),
  /** There is no such anchor. It lets nobody in, whatever was said of it. */
  absent: z.literal(true).optional(),
  /** When something that is missing becomes valid (Unix seconds), where only time is missing. */
  readyAt: z.int().optional(),
});

export type Blocked = z.infer<typeof blockedSchema>;
