import * as z from 'zod';
import { blockedSchema } from './blocked.ts';
import { outsideSchema } from './outside.ts';
import { instant, pair } from './pair.ts';
import { promotionOfSchema } from './promotion.ts';
import { waveSchema } from './wave.ts';

/**
 * What Plan decides, as it stands in a run's manifest and as its execution carries it: ids, times and
 * fingerprints; never a PEM, a key or an API body (I14). Times are ISO 8601 strings. Keys may be added, but
 * only optional ones: an execution outlives deployments.
 */

/**
 * The lease as the execution that has it carries it. The execution's ARN is the holder, and this is its
 * fencing token (I12).
 */
export const leaseTokenSchema = z.object({ token: z.int() });

const successionSchema = pair.extend({
  authority: z.string().nullable(),
  retiringExpiresAt: instant,
  /** An earlier run has cut it already. Only its confirmation is left. */
  resumed: z.boolean().optional(),
  /**
   * The successor only outlives the retiring anchor. It is rotated itself once something fit is there (rule
   * 2).
   */
  stopgap: z.boolean().optional(),
  /** This run only takes back a successor that an earlier run has left active (F16). */
  widened: z.boolean().optional(),
});

export const planSchema = z.object({
  /** `busy`: another rotation has the lease, and this sweep leaves the work to it. */
  decision: z.enum(['rotate', 'idle', 'blocked', 'busy']),
  lease: leaseTokenSchema.optional(),
  mode: z.enum(['scheduled', 'manual', 'emergency']),
  plannedAt: instant,
  /**
   * A digest of everything that was named as compromised by then, as far as the plan had read it. Missing in
   * an older version.
   */
  namesKnown: z.string().optional(),
  evidence: z.enum(['probe', 'listing']),
  soakSeconds: z.int(),
  safetyMarginSeconds: z.int(),
  successions: z.array(successionSchema),
  blocked: z.array(blockedSchema),
  /** `true` where `blocked` has entries: a Choice state cannot count. */
  anyBlocked: z.boolean(),
  /**
   * What somebody should act on, though this run does not need it: names that point nowhere, what no probe
   * can prove.
   */
  warnings: z.array(z.string()).optional(),
  /** `true` where what is blocked has to end the run red: it is new, or nearer to its date (I13). */
  isRed: z.boolean().optional(),
  waves: z.array(waveSchema),
  /**
   * `true` where each scope goes from its activation to its confirmation by itself, and waits for no other
   * (I16).
   */
  atOnce: z.boolean().optional(),
  /** `true` where some scope is left to its own listing. */
  anyOwnListing: z.boolean().optional(),
  /**
   * `true` where some project could not be listed: nobody knows what is active there. Missing in an older
   * version.
   */
  anyUnlisted: z.boolean().optional(),
  /** Clients to let in again before anything else is done. */
  outside: z.array(outsideSchema).optional(),
  /** `true` where `outside` has entries: a Choice state cannot count. */
  anyOutside: z.boolean().optional(),
  /**
   * `true` where the rotation does not wait for clients outside that do not answer. Said where `anyOutside`
   * is `true`.
   */
  goesOnWithout: z.boolean().optional(),
  /**
   * `true` where a run has to follow within minutes, whatever becomes of this one: a client is left outside,
   * or nobody could see everything (rule 6).
   */
  isPressing: z.boolean().optional(),
  /**
   * `true` where something compromised is ready to be cut, but this run is for what cannot wait for it. The
   * next try of the former is soon (I17).
   */
  isPassedOver: z.boolean().optional(),
  /**
   * When something compromised that is blocked, or passed over, is tried again, where that is sooner than the
   * daily sweep (rule 6). Or when no call can land any more of a run that this one has taken over from, where
   * that is sooner still.
   */
  leftAgainAt: instant.optional(),
  /** Staged leaves to make current, once every scope has proven them. */
  promotions: z.array(promotionOfSchema),
  /**
   * The scopes that a remembered soak has left out and this plan leaves out as well, for example because they
   * cannot be listed today. The succession has not soaked there, even where the run begins its soak anew
   * (I11). Missing in an older version.
   */
  leftOut: z.array(pair.extend({ scopes: z.array(z.string()) })).optional(),
  nextRotationAt: instant.nullable(),
  /** One line for the operator. It is the cause of a blocked execution. */
  summary: z.string(),
});

export type Plan = z.infer<typeof planSchema>;

export type PlannedSuccession = z.infer<typeof successionSchema>;
