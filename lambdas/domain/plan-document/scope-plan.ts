import * as z from 'zod';
import { clientCheckSchema } from './client-check.ts';
import { anchorId, pair } from './pair.ts';
import { promotionOfSchema } from './promotion.ts';
import { runTimeSchema } from './run-time.ts';
import { shardSchema } from './shard.ts';
import { storedSchema } from './stored.ts';

/** One scope's share of the plan. */
export const scopePlanSchema = z.object({
  scope: z.string(),
  successions: z.array(
    pair.extend({
      compromised: z.boolean().optional(),
      /** Digest of the successor's key (SHA-256 of the SPKI, hex), where Plan has read it. */
      successorKey: z.string().optional(),
      /**
       * Hosts may ask the successor before the anchor that lets some running client in here (F7). Missing in
       * an older version.
       */
      askedFirst: z.boolean().optional(),
      /**
       * An earlier run has seen a witness get in by its successor, and has not taken that back everywhere.
       * Nothing is activated for it.
       */
      widened: z.boolean().optional(),
      /**
       * An earlier run has cut it here, and nobody has confirmed that. Where it is active by now somebody has
       * activated it, and it soaks anew (rule 5).
       */
      cutBefore: z.boolean().optional(),
      /**
       * Not cut here: a client would lose its last way in, or nobody can prove it. The overlap goes on (rule
       * 3).
       */
      held: z.boolean().optional(),
      /**
       * Clients that run on an anchor that is cut already, and have nothing to move to. A second cut must not
       * lock them out.
       */
      stranded: z.array(z.string()).optional(),
    }),
  ),
  checks: z.array(clientCheckSchema),
  /**
   * Leaves that clients run on and that prove no successor. In the overlap these are leaves about which hosts
   * may ask the successor now (F7). Around the cut they are leaves that rely on another anchor afterwards. An
   * older version looks at none of them.
   */
  runningLeaves: z.array(clientCheckSchema).optional(),
  /**
   * Clients that no look of this run covers, and that may run on an anchor that it cuts in some scope. They
   * are asked here which project their key is of. `anchors` are those that they may run on. An older version
   * asks none.
   */
  unprobed: z
    .array(
      z.object({ client: z.string(), project: z.string(), secret: z.string(), anchors: z.array(anchorId) }),
    )
    .optional(),
  /** Leaves of the successors that their filters have to turn away, each under its witness's name (F16). */
  witnesses: z.array(clientCheckSchema).optional(),
  /**
   * Clients that keep their leaf, and the other anchors that let them in once this scope is cut. They are
   * looked at again before the cut.
   */
  relies: z
    .array(z.object({ client: z.string(), project: z.string(), anchors: z.array(anchorId) }))
    .optional(),
  /**
   * Clients whose project is not listed, where nobody probes. Their keys may be of this project, so its cut
   * looks at them like its own. Missing in an older version.
   */
  strays: z.array(z.string()).optional(),
  /**
   * Clients that run on an anchor that is cut here, or may, and that this run moves before. Where one of them
   * is not moved, nothing is cut here (I1). Missing in an older version.
   */
  awaits: z.array(z.string()).optional(),
  /** Staged leaves to make current here, where this scope goes by itself. */
  promotions: z.array(promotionOfSchema).optional(),
  /**
   * `true` where the plan has not listed this scope. What is planned here holds where a listing shows a
   * retiring anchor active.
   */
  ownListing: z.boolean().optional(),
  /**
   * Some clients that are to be moved from an anchor that is cut here. The plan has not seen that anchor
   * active in the organization. Where it is not active here either, they are outside. Missing in an older
   * version.
   */
  hangingHere: z.array(z.string()).optional(),
  /** Ids of all uploads that the plan knows. Nobody has looked at any other anchor that is active there. */
  uploads: z.array(anchorId).optional(),
  /**
   * `true` for the organization where projects are left to their own listing. What it leaves them to confirm
   * is unconfirmed until the run has ended well.
   */
  leavesToOwnListings: z.boolean().optional(),
  /** What a proof is called here, where it is less than the policy asks for (I8). */
  evidence: z.literal('listing').optional(),
  /**
   * The hosts at which nobody proves a successor, where the proof is complete at others. Missing in an older
   * version.
   */
  unprovenAt: z.array(z.string()).optional(),
  /**
   * The issuers that are cut here and let nobody in afterwards. A client that was moved onto one since the
   * plan is recognized by them. They are public keys (SPKI, hex, since PEM's own letters are searched for as
   * a leak) with digests of subjects, since another anchor may have the key under another name.
   */
  retiringIssuers: z.array(z.object({ key: z.string(), subject: z.string() })).optional(),
  /** The same as subject key identifiers (hex), from an older version. */
  retiringKeyIds: z.array(z.string()).optional(),
  /**
   * The issuers of the successors' leaves. By them a leaf that was renewed since the plan is recognized,
   * since the leaf may name its issuer by a serial number, or have no key identifier. Leaves out a successor
   * whose key the retiring anchor has as well. Missing in an older version.
   */
  successorIssuers: z.array(z.object({ anchor: anchorId, key: z.string(), subject: z.string() })).optional(),
  /**
   * The chains that clients which this share does not prove are to run on by the cut, by client name: the
   * first digits of a digest of each chain.
   */
  keeping: z.record(z.string(), z.string()).optional(),
  /**
   * Clients that may be left behind by every cut here. Whatever they run on by then, no cut waits for them
   * (I6).
   */
  leaveBehind: z.array(z.string()).optional(),
  /** Clients whose secret nobody could read when this was planned. No cut here had to wait for them (I17). */
  unread: z.array(z.string()).optional(),
  /** A digest of how the clients were configured when this was planned. It is compared before the cut. */
  configured: z.string().optional(),
  /**
   * This whole share as an object of its own, where it is too long for a list. Then only scope and
   * successions stand beside it.
   */
  share: storedSchema.optional(),
  /** The shards of its clients, where they are too many for one function. */
  shards: z.array(shardSchema).optional(),
  /** How long its run has. Without it, only Step Functions ends the run. Missing in an older version. */
  time: runTimeSchema.optional(),
  /**
   * How long it waits, in seconds, before it is looked at once more, where nothing has shown that hosts have
   * heard of its toggle (I9). Missing in an older version.
   */
  settleSeconds: z.int().optional(),
});

export type ScopePlan = z.infer<typeof scopePlanSchema>;
