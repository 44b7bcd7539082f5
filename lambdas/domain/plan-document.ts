import * as z from 'zod';
import { identityChangeSchema } from './client.ts';

/**
 * What Plan decides, as it stands in a run's manifest and as its execution carries it: ids, times and fingerprints; never a PEM, a
 * key or an API body (I14). Times are ISO 8601 strings. Keys may be added, and then optional: an execution outlives deployments.
 */

export const instant = z.iso.datetime();
export const anchorId = z.string();
const pair = z.object({ retiring: anchorId, successor: anchorId });

/** The lease as the execution that has it carries it: its ARN is the holder, and this its fencing token (I12). */
export const leaseTokenSchema = z.object({ token: z.int() });

/** One object of a run's manifest in S3: one version of it, and the SHA-256 (hex) of its content. */
export const storedSchema = z.object({
  bucket: z.string(),
  key: z.string(),
  version: z.string(),
  digest: z.string(),
});

const phaseTimeSchema = z.object({
  /** Until when whoever does not answer is waited for. */
  waitsUntil: instant,
  /** Until when a scope begins. */
  beginsUntil: instant,
});

/** How long a run has for each of its phases. */
const runTimeSchema = z.object({ overlap: phaseTimeSchema, cut: phaseTimeSchema });

/** One client as one scope needs it: which leaf proves the successor, and which must be refused after the cut. */
const clientCheckSchema = z.object({
  client: z.string(),
  project: z.string(),
  secret: z.string(),
  /** The hosts at which it is looked at; all where it is not said, as an older version does not. */
  hosts: z.array(z.string()).min(1).optional(),
  successor: anchorId,
  /** SHA-256 fingerprint (hex) of the leaf that Plan saw chaining to the successor. */
  leaf: z.string(),
  /**
   * The first digits of a digest of all certificates that the leaf was seen with: with others beside it the same leaf leads elsewhere.
   * An older version does not say it, or of staged leaves alone.
   */
  chain: z.string().optional(),
  /** The successor's subject key identifier (hex): tells a leaf renewed during the soak from a wrong one. */
  successorKeyId: z.string().optional(),
  /** The first digits of the digest of the successor's subject: another anchor may have the same key under another name. */
  successorSubject: z.string().optional(),
  /** The leaf that must be refused once the retiring anchor is cut here; absent where nothing can prove it. */
  retiringLeaf: z.string().optional(),
  /** The same digits for what that leaf was seen with: with another chain it may be the very leaf that proves the successor. An older version does not say it. */
  retiringChain: z.string().optional(),
  /** What only the leaf leads to that its client goes back to where this one is turned away, beside what retires. An older version does not say it. */
  backTo: z.array(anchorId).optional(),
  /** The leaf leads to what is cut here as well: only after the cut does a host judge it by the successor alone (I8, F16). */
  afterCut: z.boolean().optional(),
  /** Nothing that is cut here is its client's, and its own cut is held here: looked at in the overlap alone. An older version does not say it. */
  beside: z.boolean().optional(),
  /** Its client runs on this leaf by now, and something else lets that in until the successor is active. An older version does not say it. */
  inUse: z.boolean().optional(),
  /**
   * Something else lets the leaf in as well while both are active, so that it does not show whether hosts have heard of the successor (I8). Said where
   * others do. An older version does not say it.
   */
  byOthers: z.boolean().optional(),
  /** What has issued the leaf itself and stays active, where the client keeps it: a host goes by that alone (F7). */
  issuers: z.array(anchorId).optional(),
  /** What is to let the client in with the leaf that it keeps, once the retiring anchor is cut here: hosts may have asked that one alone so far (F7). */
  reliesOn: z.array(anchorId).optional(),
  /**
   * What the retiring leaf, or a witness's, leads to of what is cut here, where that is not just all that the successor takes the place of.
   * An older version does not say it.
   */
  cutHere: z.array(anchorId).optional(),
  /** What the retiring leaf, or a witness's, leads to, and this run is to cut in the other scope that judges the client, whichever is first. */
  cutElsewhere: z.array(anchorId).optional(),
  /** A witness's leaf leads to what retires and stays active for its project all the same: no cut shows what the successor's filter says of it (F16). */
  leadsToHeld: z.boolean().optional(),
  /**
   * What of it halts nobody, by what a person has allowed (I6): a probe that says nothing, where the scope may be cut on the listing,
   * or anything that is its client's own, where that one may be left behind. Silence, too, where the client has nothing to lose (I17).
   */
  excused: z.enum(['silence', 'anything']).optional(),
  /**
   * Its client runs on a leaf that has expired, and others prove the scope: where nothing can be said of this one it stays on that, and no
   * cut waits for it (I17). The first digits of a digest of that chain. An older version does not say it.
   */
  outlived: z.string().optional(),
  /**
   * What its client may run on of what this run cuts in any scope, where it loses something by that: what is told of it where its key is of another
   * project (F10). An older version does not say it.
   */
  mayRunOn: z.array(anchorId).optional(),
  /** The same once it has been moved to the leaf of this check, where that is staged. */
  mayRunOnMoved: z.array(anchorId).optional(),
});

/** One share of a scope's clients, and of how many: counted from 0. */
export const shardSchema = z.object({ at: z.int(), of: z.int() });

/** A staged leaf (SHA-256 fingerprint, hex) that is to be made current. */
const promotionOfSchema = z.object({
  ...{ client: z.string(), secret: z.string(), leaf: z.string() },
  /** The first digits of a digest of all certificates that it was seen, and proven, with. An older version does not say it. */
  chain: z.string().optional(),
  /** The first digits of a digest of all certificates that its client ran on by then. An older version does not say it. */
  running: z.string().optional(),
  /**
   * The first digits of a digest of all certificates that it runs on, where those lead to the successor as well: whoever moves from them
   * begins no soak anew (I11). From an older version the leaf's fingerprint.
   */
  renews: z.string().optional(),
  /**
   * What is staged says otherwise who the client is: it takes the place of the version that the plan saw, and of no other. Without this
   * both have to say the same. An older version does not say it.
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
      /** Hosts may ask the successor before what lets some client in here that runs on it already (F7). An older version does not say it. */
      askedFirst: z.boolean().optional(),
      /** An earlier run has seen its successor let in who has to stay out, and has not taken it back everywhere: nothing is activated for it. */
      widened: z.boolean().optional(),
      /** Cut here by an earlier run, and not confirmed: where it is active by now somebody has made it so, and it soaks anew (rule 5). */
      cutBefore: z.boolean().optional(),
      /** Not cut here: somebody would lose the last way in, or nobody can prove it. The overlap goes on (rule 3). */
      held: z.boolean().optional(),
      /** Clients that run on what is cut already, and have nothing to move to: no second cut may lock them out. */
      stranded: z.array(z.string()).optional(),
    }),
  ),
  checks: z.array(clientCheckSchema),
  /**
   * Leaves that clients run on, and that prove no successor. In the overlap those about which hosts may ask the successor now (F7); around
   * the cut those that rely on another anchor after it. An older version looks at none of them.
   */
  runningLeaves: z.array(clientCheckSchema).optional(),
  /**
   * Clients that no look of this run looks at, and that may run on what it cuts in some scope: asked here which project their key is of. `anchors` are those that
   * they may run on. An older version asks none.
   */
  unprobed: z
    .array(
      z.object({ client: z.string(), project: z.string(), secret: z.string(), anchors: z.array(anchorId) }),
    )
    .optional(),
  /** Leaves of the successors that have to be turned away by their filters, each under its witness's name (F16). */
  witnesses: z.array(clientCheckSchema).optional(),
  /** Clients that keep their leaf, and the other anchors that let them in once this scope is cut: looked at again before. */
  relies: z
    .array(z.object({ client: z.string(), project: z.string(), anchors: z.array(anchorId) }))
    .optional(),
  /**
   * Clients that run on what is cut here, or may, and that this run moves before: where one stays where it is, nothing is cut here (I1).
   * An older version does not say it.
   */
  awaits: z.array(z.string()).optional(),
  /** Staged leaves to make current here, where this scope goes by itself. */
  promotions: z.array(promotionOfSchema).optional(),
  /** `true` where the plan has not listed this scope: what is planned here holds where a listing shows a retiring anchor active. */
  ownListing: z.boolean().optional(),
  /**
   * Some clients that are to be moved from what is cut here, and that the organization does not let in with it as the plan has seen: where it is not active here
   * either, they are outside. An older version does not say it.
   */
  hangingHere: z.array(z.string()).optional(),
  /** Ids of all that was uploaded as far as that plan knows: what else is active there nobody has looked at. */
  uploads: z.array(anchorId).optional(),
  /** `true` for the organization where projects are left to their own listing: what it leaves them to confirm is unconfirmed until the run has ended well. */
  leavesToOwnListings: z.boolean().optional(),
  /** What a proof is called here, where it is less than the policy asks for (I8). */
  evidence: z.literal('listing').optional(),
  /** The hosts for which it is less, where others show the proof: nobody proves a successor there. An older version does not say them. */
  unprovenAt: z.array(z.string()).optional(),
  /**
   * What is cut here and lets nobody in afterwards, by which is told who was moved onto it since the plan: public keys (SPKI,
   * hex: PEM's own letters are searched for as a leak) and digests of subjects, since another anchor may have the key under another name.
   */
  retiringIssuers: z.array(z.object({ key: z.string(), subject: z.string() })).optional(),
  /** The same by subject key identifiers (hex), from an older version. */
  retiringKeyIds: z.array(z.string()).optional(),
  /**
   * By what has signed it a leaf of a successor is known that was renewed since the plan: its own issuer may be named by a serial number, or have
   * no key identifier. None where the retiring anchor has the key as well. An older version does not say it.
   */
  successorIssuers: z.array(z.object({ anchor: anchorId, key: z.string(), subject: z.string() })).optional(),
  /** What clients are to run on by the cut that this share does not prove, by name: the first digits of a digest of that chain. */
  keeping: z.record(z.string(), z.string()).optional(),
  /** Clients that may be left behind by every cut here: whatever they run on by then keeps none waiting (I6). */
  leaveBehind: z.array(z.string()).optional(),
  /** Clients whose secret nobody could read when this was planned, and of whom no cut here had to wait (I17). */
  unread: z.array(z.string()).optional(),
  /** How the clients were configured that this was planned for: a digest, compared before the cut. */
  configured: z.string().optional(),
  /** All of this, where it is too much for a list: then only scope and successions are said beside it. */
  share: storedSchema.optional(),
  /** The shards of its clients, where they are too many for one function. */
  shards: z.array(shardSchema).optional(),
  /** How long its run has; without it there is no end to that before Step Functions makes one. An older version does not say it. */
  time: runTimeSchema.optional(),
  /**
   * How long it waits, in seconds, before it is looked at once more where nothing has shown that hosts have heard of its toggle (I9). An older version
   * does not say it.
   */
  settleSeconds: z.int().optional(),
});

const blockedSchema = z.object({
  anchor: anchorId,
  reason: z.string(),
  /** Where the cut may not be made, and for whom; absent where the anchor as a whole is blocked. */
  scopes: z.array(z.string()).optional(),
  client: z.string().optional(),
  /** Many clients in one entry, for what is the same with all of them. */
  clients: z.array(z.string()).optional(),
  /** The witness that nobody can look at. */
  witness: z.string().optional(),
  /** Nobody could look there: what is told of that is not told of what is found once somebody can (I13). */
  unseen: z.literal(true).optional(),
  /** Mutual TLS is off there: whatever has been told of the anchor says nothing of that (I3, I13). */
  off: z.literal(true).optional(),
  /** What is told is that its clients get in nowhere: a leaked key gets in by it as little. */
  shutOut: z.literal(true).optional(),
  /** There is no such anchor: it lets nobody in, whatever was said of it. */
  absent: z.literal(true).optional(),
  /** When what is missing becomes valid (Unix seconds), where only time is missing. */
  readyAt: z.int().optional(),
});

const successionSchema = pair.extend({
  authority: z.string().nullable(),
  retiringExpiresAt: instant,
  /** Already cut by an earlier run: only its confirmation is left. */
  resumed: z.boolean().optional(),
  /** The successor only outlives the retiring anchor: it is rotated itself when something fit is there (rule 2). */
  stopgap: z.boolean().optional(),
  /** This run only takes the successor back that an earlier one has left active (F16). */
  widened: z.boolean().optional(),
});

export const waveSchema = z.object({
  name: z.enum(['canary', 'projects', 'organization', 'everywhere']),
  scopes: z.array(scopePlanSchema),
});

/** A client that a late call moved to a leaf which nothing trusts any more, and the leaf before: fingerprints (SHA-256, hex). */
const outsideSchema = z.object({
  client: z.string(),
  project: z.string(),
  secret: z.string(),
  /** As of a check. */
  hosts: z.array(z.string()).min(1).optional(),
  leaf: z.string(),
  previous: z.string(),
  /** The first digits of a digest of all certificates that each was seen with. An older version does not say them. */
  chain: z.string().optional(),
  previousChain: z.string().optional(),
  /** What only the leaf before leads to. An older version does not say it. */
  backTo: z.array(anchorId).optional(),
});

export const planSchema = z.object({
  /** `busy`: another rotation has the lease, and this sweep leaves it to it. */
  decision: z.enum(['rotate', 'idle', 'blocked', 'busy']),
  lease: leaseTokenSchema.optional(),
  mode: z.enum(['scheduled', 'manual', 'emergency']),
  plannedAt: instant,
  /** A digest of what was named as compromised by then, as far as the plan had read it; an older version does not say it. */
  namesKnown: z.string().optional(),
  evidence: z.enum(['probe', 'listing']),
  soakSeconds: z.int(),
  safetyMarginSeconds: z.int(),
  successions: z.array(successionSchema),
  blocked: z.array(blockedSchema),
  /** `true` when `blocked` has entries: a Choice state cannot count. */
  anyBlocked: z.boolean(),
  /** What nobody has to act on for this run, and somebody should: names that point nowhere, what no probe can prove. */
  warnings: z.array(z.string()).optional(),
  /** `true` when what is blocked has to end the run red: it is new, or nearer to its date (I13). */
  isRed: z.boolean().optional(),
  waves: z.array(waveSchema),
  /** `true` when each scope goes from its activation to its confirmation by itself, and waits for no other (I16). */
  atOnce: z.boolean().optional(),
  /** `true` where some scope is left to its own listing. */
  anyOwnListing: z.boolean().optional(),
  /** `true` where some project could not be listed: what is active there nobody knows. An older version does not say it. */
  anyUnlisted: z.boolean().optional(),
  /** Clients to let in again before anything else is done. */
  outside: z.array(outsideSchema).optional(),
  /** `true` when `outside` has entries: a Choice state cannot count. */
  anyOutside: z.boolean().optional(),
  /** `true` when the rotation does not wait for those outside who do not answer; said where `anyOutside` is `true`. */
  goesOnWithout: z.boolean().optional(),
  /** `true` when a run has to follow within minutes, whatever becomes of this one: somebody is left outside, or nobody could see all (rule 6). */
  isPressing: z.boolean().optional(),
  /** `true` when something compromised is ready to be cut, and this run is for what cannot wait for it: its own next try is soon (I17). */
  isPassedOver: z.boolean().optional(),
  /**
   * When what is compromised and blocked, or passed over, is tried again, where that is sooner than the daily sweep (rule 6); or when no
   * call of a run can land any more that this one has taken over from, where that is sooner still.
   */
  leftAgainAt: instant.optional(),
  /** Staged leaves to make current, once every scope has proven them. */
  promotions: z.array(promotionOfSchema),
  /**
   * The scopes that a remembered soak has left out and this plan does as well, be it that they cannot be seen today: there it has not soaked, also where the
   * run begins it anew (I11). An older version does not say it.
   */
  leftOut: z.array(pair.extend({ scopes: z.array(z.string()) })).optional(),
  nextRotationAt: instant.nullable(),
  /** One line for the operator; the cause of a blocked execution. */
  summary: z.string(),
});

/** A wave as an execution carries it: how many scopes, and the list of their plans. */
export const carriedWaveSchema = z.object({
  name: waveSchema.shape.name,
  count: z.int(),
  list: storedSchema,
});

/** The plan as an execution carries it: what grows with the organization is in S3, written by Plan alone. */
export const carriedPlanSchema = planSchema.omit({ promotions: true }).extend({
  /** The whole plan, and every client that was configured when it was made. */
  whole: storedSchema.optional(),
  clients: storedSchema.optional(),
  waves: z.array(z.union([carriedWaveSchema, waveSchema])),
  promotions: planSchema.shape.promotions.optional(),
  /** What the run was started with, without what it asks to be allowed. In an execution of an older machine it is beside the plan. */
  request: z.unknown().optional(),
  /** How long nobody is moved once all is proven, so that every edge of the hosts may hear of it (I9); 0 where nobody is. */
  settleSeconds: z.int().optional(),
  /** `true` when something compromised is to be cut. */
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
