import * as z from 'zod';
import { identityChangeSchema } from './client.ts';

/**
 * What Plan decides, as it stands in a run's manifest and as its execution carries it: ids, times and
 * fingerprints; never a PEM, a key or an API body (I14). Times are ISO 8601 strings. Keys may be added, but
 * only optional ones: an execution outlives deployments.
 */

export const instant = z.iso.datetime();
export const anchorId = z.string();
const pair = z.object({ retiring: anchorId, successor: anchorId });

/**
 * The lease as the execution that has it carries it. The execution's ARN is the holder, and this is its
 * fencing token (I12).
 */
export const leaseTokenSchema = z.object({ token: z.int() });

/** One object of a run's manifest in S3: one version of it, and the SHA-256 (hex) of its content. */
export const storedSchema = z.object({
  bucket: z.string(),
  key: z.string(),
  version: z.string(),
  digest: z.string(),
});

const phaseTimeSchema = z.object({
  /** Until when a client that does not answer is waited for. */
  waitsUntil: instant,
  /** Until when a scope may begin. */
  beginsUntil: instant,
});

/** How long a run has for each of its phases. */
const runTimeSchema = z.object({ overlap: phaseTimeSchema, cut: phaseTimeSchema });

/**
 * One client as one scope needs it: which leaf proves the successor, and which leaf must be refused after the
 * cut.
 */
const clientCheckSchema = z.object({
  client: z.string(),
  project: z.string(),
  secret: z.string(),
  /** The hosts at which it is looked at; all hosts where this is missing, also in an older version. */
  hosts: z.array(z.string()).min(1).optional(),
  successor: anchorId,
  /** SHA-256 fingerprint (hex) of the leaf that Plan saw chaining to the successor. */
  leaf: z.string(),
  /**
   * The first digits of a digest of all certificates that the leaf was seen with. With another chain the same
   * leaf leads elsewhere. Missing in an older version, or there only for staged leaves.
   */
  chain: z.string().optional(),
  /**
   * The successor's subject key identifier (hex). It tells a leaf that was renewed during the soak from a
   * wrong one.
   */
  successorKeyId: z.string().optional(),
  /**
   * The first digits of a digest of the successor's subject, since another anchor may have the same key under
   * another name.
   */
  successorSubject: z.string().optional(),
  /**
   * The leaf that must be refused once the retiring anchor is cut here; absent where no leaf can prove that.
   */
  retiringLeaf: z.string().optional(),
  /**
   * The same digits for the chain of that leaf: with another chain it may be the very leaf that proves the
   * successor. Missing in an older version.
   */
  retiringChain: z.string().optional(),
  /**
   * If this leaf is turned away, its client goes back to another leaf. These are the anchors, without the
   * retiring one, that only that other leaf leads to. Missing in an older version.
   */
  backTo: z.array(anchorId).optional(),
  /**
   * The leaf leads to an anchor that is cut here as well. Only after the cut does a host judge it by the
   * successor alone (I8, F16).
   */
  afterCut: z.boolean().optional(),
  /**
   * Its client runs on no anchor that is cut here, and the cut of its own anchor is held here. It is looked
   * at only in the overlap. Missing in an older version.
   */
  beside: z.boolean().optional(),
  /**
   * Its client runs on this leaf by now, and another anchor lets it in until the successor is active. Missing
   * in an older version.
   */
  inUse: z.boolean().optional(),
  /**
   * Another anchor lets the leaf in as well while both are active, so it does not show whether hosts have
   * heard of the successor (I8). Said only where other clients do show it. Missing in an older version.
   */
  byOthers: z.boolean().optional(),
  /**
   * The anchors that have issued the leaf itself and stay active, where the client keeps it: a host asks only
   * these (F7).
   */
  issuers: z.array(anchorId).optional(),
  /**
   * The anchors that are to let the client in with the leaf that it keeps, once the retiring anchor is cut
   * here. Hosts may have asked only the retiring anchor so far (F7).
   */
  reliesOn: z.array(anchorId).optional(),
  /**
   * The anchors that are cut here and that the retiring leaf, or a witness's leaf, leads to. Absent where
   * these are just all that the successor takes the place of. Missing in an older version.
   */
  cutHere: z.array(anchorId).optional(),
  /**
   * The anchors that the retiring leaf, or a witness's leaf, leads to, and that this run is to cut in the
   * other scope that judges the client, whichever scope is first.
   */
  cutElsewhere: z.array(anchorId).optional(),
  /**
   * A witness's leaf leads to a retiring anchor that stays active for its project. No cut shows what the
   * successor's filter says of it (F16).
   */
  leadsToHeld: z.boolean().optional(),
  /**
   * Which failures of this check halt nothing. By what a person has allowed (I6): `silence`, a probe that
   * says nothing, where the scope may be cut on the listing; `anything` that is the client's own, where that
   * client may be left behind. Also `silence` where the client has nothing to lose (I17).
   */
  excused: z.enum(['silence', 'anything']).optional(),
  /**
   * Its client runs on a leaf that has expired, and others prove the scope. Where nothing can be said of the
   * new leaf the client stays, and no cut waits for it (I17). It has the first digits of a digest of the
   * expired chain. Missing in an older version.
   */
  outlived: z.string().optional(),
  /**
   * The anchors that this run cuts in any scope and that the client may run on, where it loses something by
   * that. Told where its key is of another project (F10). Missing in an older version.
   */
  mayRunOn: z.array(anchorId).optional(),
  /** The same once it has been moved to the leaf of this check, where that is the staged one. */
  mayRunOnMoved: z.array(anchorId).optional(),
});

/** One share of a scope's clients, counted from 0, and how many shares there are. */
export const shardSchema = z.object({ at: z.int(), of: z.int() });

/** A staged leaf (SHA-256 fingerprint, hex) that is to be made current. */
const promotionOfSchema = z.object({
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

const blockedSchema = z.object({
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

export const waveSchema = z.object({
  name: z.enum(['canary', 'projects', 'organization', 'everywhere']),
  scopes: z.array(scopePlanSchema),
});

/**
 * A client that a late call moved to a leaf which nothing trusts any more, and its previous leaf:
 * fingerprints (SHA-256, hex).
 */
const outsideSchema = z.object({
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

/** A wave as an execution carries it: how many scopes, and the list of their plans. */
export const carriedWaveSchema = z.object({
  name: waveSchema.shape.name,
  count: z.int(),
  list: storedSchema,
});

/**
 * The plan as an execution carries it. Everything that grows with the organization is in S3, written only by
 * Plan.
 */
export const carriedPlanSchema = planSchema.omit({ promotions: true }).extend({
  /** The whole plan, and every client that was configured when it was made. */
  whole: storedSchema.optional(),
  clients: storedSchema.optional(),
  waves: z.array(z.union([carriedWaveSchema, waveSchema])),
  promotions: planSchema.shape.promotions.optional(),
  /**
   * What the run was started with, without what it asks to be allowed. In an execution of an older machine it
   * is beside the plan.
   */
  request: z.unknown().optional(),
  /**
   * How long nobody is moved once all is proven, in seconds, so that every edge of the hosts may hear of it
   * (I9); 0 where nobody is moved.
   */
  settleSeconds: z.int().optional(),
  /** `true` where something compromised is to be cut. */
  cutsCompromised: z.boolean().optional(),
});

export type ClientCheck = z.infer<typeof clientCheckSchema>;
export type RunTime = z.infer<typeof runTimeSchema>;
export type ScopePlan = z.infer<typeof scopePlanSchema>;
export type Shard = z.infer<typeof shardSchema>;
export type Outside = z.infer<typeof outsideSchema>;
export type Blocked = z.infer<typeof blockedSchema>;
export type Wave = z.infer<typeof waveSchema>;
export type Plan = z.infer<typeof planSchema>;
export type Stored = z.infer<typeof storedSchema>;
export type CarriedWave = z.infer<typeof carriedWaveSchema>;
export type CarriedPlan = z.infer<typeof carriedPlanSchema>;
export type PlannedSuccession = z.infer<typeof successionSchema>;
