import * as z from 'zod';
import { refusalSchema } from './cut/refusals.ts';
import { executionSchema } from './memory/execution.ts';
import { carriedPlanSchema } from './plan-document/carried-plan.ts';
import { anchorId, instant } from './plan-document/pair.ts';
import { leaseTokenSchema } from './plan-document/plan.ts';
import { scopePlanSchema } from './plan-document/scope-plan.ts';
import { shardSchema } from './plan-document/shard.ts';
import { storedSchema } from './plan-document/stored.ts';

/**
 * What one execution carries: the request, then one key for each step (DESIGN section 6). It holds ids,
 * times, counts and verdicts; never a PEM, a key or an API body (I14). Times are ISO 8601 strings, since a
 * Wait state reads them; ids are the API's own. Keys may be added, but only optional ones: an execution
 * outlives deployments.
 */

/** Names of clients or ids of anchors; absent where there are none. */
const names = z.array(z.string()).optional();

export const haltSchema = z.object({ Error: z.string(), Cause: z.string() });

/**
 * Whether any shard of a scope's clients has halted, and the gravest of their halts. Absent where it is not
 * about shards.
 */
const ofShards = { anyHalted: z.boolean().optional(), halt: haltSchema.optional() };

/** How one shard ended: halted, or with the result of its step. */
const endOf = <T extends z.ZodType>(well: T) => z.union([z.object({ halt: haltSchema }), well]);

/** What Activate saw and did in one scope. */
export const activationSchema = z.object({
  scope: z.string(),
  activated: z.array(anchorId),
  /** Successors that were active already, for example after an earlier run that stopped. */
  alreadyActive: z.array(anchorId),
  /** Successors that the API refused to activate. The scope halts for them, once the others are proven. */
  refusals: z.array(refusalSchema).optional(),
  /**
   * What remains to be done in this scope. Where its own listing shows nothing to cut, that is at most a
   * confirmation: the organization has left it the old leaves of its clients. Missing in an older version.
   */
  remains: z.enum(['cut', 'confirmation', 'nothing']).optional(),
});

/**
 * How long the scope waits before it is looked at once more, in seconds, where nothing has shown that hosts
 * have heard of its toggle (I9); else 0. Missing in an older version.
 */
const settleSeconds = z.int().optional();

/** What Verify proved in one scope, and when. */
export const verificationSchema = z.object({
  scope: z.string(),
  provenAt: instant,
  evidence: z.enum(['probe', 'listing']),
  probes: z.int(),
  /**
   * Clients that may be left behind, and whose new leaf was turned away here or cannot be had. They are not
   * moved to it (I6).
   */
  stay: names,
  /**
   * Before an activation or a cut: clients that do not get in with the leaf that they run on then, whatever
   * is done next. In the overlap these clients prove nothing for it.
   */
  outside: names,
  /**
   * Before a cut: clients of which nothing could be said with the leaf that they keep. After the cut only a
   * refusal of them counts, and not even that where they are in `outside`.
   */
  unknown: names,
  settleSeconds,
  ...ofShards,
});

export const promotionSchema = z.object({
  promoted: z.array(z.string()),
  alreadyCurrent: z.array(z.string()),
  soakUntil: instant,
});

/** What became of the clients that one scope moves by itself. */
export const scopePromotionSchema = z.object({
  scope: z.string(),
  promoted: z.array(z.string()),
  alreadyCurrent: z.array(z.string()),
  ...ofShards,
});

export const deactivationSchema = z.object({
  scope: z.string(),
  deactivated: z.array(anchorId),
  /**
   * Those of `deactivated` that have expired, or expire while the cut is confirmed. Missing in an older
   * version.
   */
  expired: z.array(anchorId).optional(),
  /** Retiring anchors that somebody else, or an earlier run, had already cut here. */
  alreadyInactive: z.array(anchorId),
  /** Anchors that the API refused to deactivate. The scope halts for them, once the others are confirmed. */
  refusals: z.array(refusalSchema).optional(),
});

export const confirmationSchema = z.object({
  scope: z.string(),
  confirmedAt: instant,
  evidence: z.enum(['probe', 'listing']),
  probes: z.int(),
  /** Clients whose old leaf was seen refused, which proves the revocation. */
  refused: z.array(z.string()),
  /**
   * The OAuth code by which the old leaf of a keyless client was given no token. It proves nothing by itself
   * (F17).
   */
  tokenRefusals: z.array(z.object({ client: z.string(), code: z.string() })).optional(),
  /** Until when a token can live that an old leaf was given, where clients here are keyless (F17). */
  tokensUntil: instant.optional(),
  /**
   * `true` where old leaves are left to scopes that list themselves. The cut stays remembered until the run
   * has ended well.
   */
  isLeft: z.boolean().optional(),
  /**
   * Nothing has shown a shard that the cut has reached the hosts. Until it has, hosts may have asked the
   * anchor that is cut about a client that was looked at there. Missing in an older version.
   */
  isReachUnseen: z.literal(true).optional(),
  settleSeconds,
  ...ofShards,
});

/** What Undo put back in one scope after a cut that could not be confirmed (I10). */
export const undoSchema = z.object({
  scope: z.string(),
  /** `true` where the scope had unconfirmed cuts: a Choice state cannot count. */
  anyCut: z.boolean(),
  /** `true` where any of them was put back. Missing in an older version. */
  anyBack: z.boolean().optional(),
  reactivated: z.array(anchorId),
  /** Anchors that stay cut: compromised, expired, or not ours to put back. */
  left: z.array(anchorId),
  /** Successors that this run had activated, and that were deactivated again since a witness got in. */
  takenBack: z.array(anchorId).optional(),
  /** Clients that did not get in right before the cut, with the leaf that they keep. */
  outside: names,
  /** One line for the operator. */
  summary: z.string(),
  /** What the halt's own cause has to say of it as well; empty where nothing was taken back. */
  also: z.string(),
});

/** What was deactivated again in any scope of a halted overlap, since a witness got in. */
export const takenBackSchema = z.object({
  takenBack: z.array(anchorId),
  /** What the halt's own cause has to say of it as well; empty where there was nothing to take back. */
  also: z.string(),
});

/** Clients that a halt moved back to the leaf that they ran on before. */
export const restorationSchema = z.object({ restored: z.array(z.string()), kept: z.array(z.string()) });

/** How one scope's share of a phase ended, and when it was proven, where it was. */
export const scopeVerdictSchema = z.object({
  scope: z.string(),
  verdict: z.enum(['proven', 'confirmed', 'halted']),
  error: z.string(),
  cause: z.string(),
  provenAt: instant.optional(),
  /** Clients without which it was proven: they were outside before anything was activated. */
  outside: names,
  /** A cut was made here and was taken back, or nobody knows what became of it. */
  undone: z.boolean().optional(),
  /** It was proven, and is held for a client that was not moved. */
  held: z.boolean().optional(),
});

/**
 * The outcome of a look at one part of a scope's clients, a shard or all of them; `of` is the number of
 * parts. It has the clients that it has proven, or null where that is not known, and the name of its failure.
 */
export const provenPartSchema = z.object({
  scope: z.string(),
  of: z.int(),
  clients: z.array(z.string()).nullable(),
  error: z.string().nullable(),
  /** Successors by which a witness gets in. */
  widened: names,
  /** Clients that were refused with a leaf in use, and by which successor. Absent where nobody can tell. */
  turnedAway: z.array(z.object({ client: z.string(), successor: anchorId })).optional(),
  /** Successors that the API refused to activate there. */
  refused: names,
});

/**
 * How a wave ended, and when the last of its proven scopes was proven. It is a failure where its halts keep
 * the next wave from beginning (rule 4).
 */
export const judgementSchema = z.object({
  anyHalted: z.boolean(),
  /** How many scopes halted without keeping the next wave from beginning. */
  tolerated: z.int().optional(),
  halt: haltSchema.optional(),
  scopes: z.int().optional(),
  provenAt: instant.optional(),
});

export const releaseSchema = z.object({
  outcome: z.enum(['rotated', 'idle', 'blocked', 'halted', 'superseded']),
});

export const scheduleSchema = z.object({ nextRotationAt: instant.nullable() });

/** The whole document at the end of a rotation. Each step declares the part that it reads with `.pick`. */
export const documentSchema = z.object({
  /** Only in an execution of an older machine, which has the request beside the plan. */
  request: z.unknown().optional(),
  execution: executionSchema,
  plan: carriedPlanSchema,
  /** One for each wave. An execution of an older machine has one for each scope of each wave. */
  verification: z.array(z.union([judgementSchema, z.array(verificationSchema)])).optional(),
  promotion: promotionSchema.optional(),
  cut: z.array(z.union([judgementSchema, z.array(scopeVerdictSchema)])).optional(),
  /** The judgement of all cuts, once each wave has had its turn. */
  judgement: judgementSchema.optional(),
  schedule: scheduleSchema.optional(),
  restoration: restorationSchema.optional(),
  takenBack: takenBackSchema.optional(),
  release: releaseSchema.optional(),
  halt: haltSchema.optional(),
  /** Why not all clients could be let in again, where that failed. */
  restoreHalt: haltSchema.optional(),
  /** Why a successor by which a witness gets in could not be taken back everywhere, where that failed. */
  takenBackHalt: haltSchema.optional(),
  /** Why the clients that the overlap had proven could not be moved before a halt, where that failed. */
  promotionHalt: haltSchema.optional(),
});

/** What each Map iteration carries: one scope of one wave, and what its steps have added. */
export const scopeDocumentSchema = z.object({
  execution: executionSchema,
  evidence: z.enum(['probe', 'listing']),
  plan: scopePlanSchema,
  /** What was seen before anything was activated, where hosts may ask a successor about leaves in use. */
  begin: z
    .object({
      beforehand: verificationSchema.optional(),
      /** `true` from the second look on: hosts have had minutes to hear of the toggle. */
      settled: z.boolean().optional(),
      /** Before the cut: clients that the overlap has passed over, since they were outside beforehand. */
      outside: names,
    })
    .optional(),
  activation: activationSchema.optional(),
  verification: verificationSchema.optional(),
  promotion: scopePromotionSchema.optional(),
  deactivation: deactivationSchema.optional(),
  confirmation: confirmationSchema.optional(),
  undo: undoSchema.optional(),
  halt: haltSchema.optional(),
  lease: leaseTokenSchema.optional(),
  clients: storedSchema.optional(),
  /** The shard that this is about, where the scope's clients are too many for one function. */
  shard: shardSchema.optional(),
  /** How each shard ended. */
  verifications: z.array(endOf(verificationSchema)).optional(),
  moves: z.array(endOf(scopePromotionSchema)).optional(),
  confirmations: z.array(endOf(confirmationSchema)).optional(),
});

export type Activation = z.infer<typeof activationSchema>;
export type Verification = z.infer<typeof verificationSchema>;
export type Promotion = z.infer<typeof promotionSchema>;
export type ScopePromotion = z.infer<typeof scopePromotionSchema>;
export type Deactivation = z.infer<typeof deactivationSchema>;
export type Confirmation = z.infer<typeof confirmationSchema>;
export type ScopeVerdict = z.infer<typeof scopeVerdictSchema>;
export type ProvenPart = z.infer<typeof provenPartSchema>;
export type Judgement = z.infer<typeof judgementSchema>;
export type Undo = z.infer<typeof undoSchema>;
export type TakenBack = z.infer<typeof takenBackSchema>;
export type Restoration = z.infer<typeof restorationSchema>;
export type Release = z.infer<typeof releaseSchema>;
export type Schedule = z.infer<typeof scheduleSchema>;
export type Document = z.infer<typeof documentSchema>;
export type ScopeDocument = z.infer<typeof scopeDocumentSchema>;
