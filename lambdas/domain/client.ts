import * as z from 'zod';

/**
 * A workload that calls the API, as the configuration names it: its project and its secret, never its keys.
 */
export const clientSchema = z.strictObject({
  name: z.string().min(1),
  project: z.string().min(1),
  secret: z.string().min(1),
  /**
   * The authority that its leaves come from. It is used for a leaf that leads to no known anchor (rule 3).
   */
  authority: z.string().min(1).optional(),
  /**
   * The hosts that answer its project, where that has its data in a region. All hosts where it is not stated.
   */
  hosts: z.array(z.string()).min(1).optional(),
});

export type Client = z.infer<typeof clientSchema>;

/**
 * A client as a run keeps it: with the anchors that this run cuts in any scope and that it may run on, and
 * the scopes that look at it in the overlap. An older version has neither. Keys of a newer version are
 * ignored, since a rollback may come within a soak.
 */
export const listedClientSchema = z.object({
  ...clientSchema.shape,
  mayRunOn: z.array(z.string()).optional(),
  lookedAtIn: z.array(z.string()).optional(),
});

export type ListedClient = z.infer<typeof listedClientSchema>;

/** Returns a client in the form that a plan's checks have. */
export const asChecked = ({ name, project, secret, hosts }: Client) => ({
  ...{ client: name, project, secret },
  ...(hosts && { hosts }),
});

/**
 * The running and the staged version of a secret, where these have different API keys or ids beside their
 * leaves. A plan must not hold the keys themselves (I14).
 */
export const identityChangeSchema = z.object({ running: z.string(), staged: z.string() });

export type IdentityChange = z.infer<typeof identityChangeSchema>;

/**
 * What a deployment says of an organization's clients. It is an object in S3, since a state cannot carry
 * thousands of clients.
 */
export const clientListSchema = z.object({
  /** A digest of the clients, the witnesses and the evidence. */
  configured: z.string(),
  evidence: z.enum(['probe', 'listing']),
  /** What the policy states of single scopes and anchors, as JSON. Missing in an older deployment. */
  stated: z.string().optional(),
  clients: z.array(clientSchema),
  /** Witnesses: leaves that a successor's filter has to refuse (F16). */
  mustRefuse: z.array(clientSchema),
  /** The hosts for every client that states none. Missing in an older deployment. */
  hosts: z.array(z.string()).optional(),
});

export type ClientList = z.infer<typeof clientListSchema>;

/**
 * What an offline look at one leaf says (F7, F13), against the anchors that it was compared with. Times are
 * Unix seconds.
 */
export type LeafFacts = {
  /** SHA-256 of the leaf's DER, hex; empty where it cannot be read. */
  fingerprint: string;
  /** The first digits of a digest of all certificates that the leaf is sent with, itself among them (hex). */
  chain: string;
  /** Ids of the anchors that some path from the leaf leads to by signature, whatever the dates. */
  chainsTo: readonly string[];
  /**
   * Ids of the anchors that have issued the leaf itself, by signature. Where one of them is active, a host
   * asks no other (F7).
   */
  issuers: readonly string[];
  /**
   * For each anchor of `chainsTo`, until when its best whole path is valid. Missing for an anchor that no
   * path leads to that is valid now.
   */
  validUntil: Readonly<Record<string, number>>;
  /**
   * Ids of the anchors that have signed the leaf or its chain by key and name, but that the identifiers
   * exclude. Some TLS stacks do not look at identifiers.
   */
  signedBy?: readonly string[];
  /** When the leaf itself begins, and ends, whatever its chain is. */
  beginsAt?: number;
  endsAt?: number;
  /**
   * When the last valid path ended, where the leaf leads to anchors and no path to any of them is valid or
   * has yet to begin.
   */
  pathsEndedAt?: number;
  /** Why no path to an anchor is valid now, by anchor, in plain words. */
  pathProblems: Readonly<Record<string, string>>;
  /** What may be wrong with the chain of a leaf that leads to no anchor, in plain words. */
  chainProblem?: string;
  /**
   * By anchor: from when, and until when, a path is valid that has yet to begin, where only time is missing.
   */
  coming?: Readonly<Record<string, { from: number; until: number }>>;
  /** Authority key identifiers (hex) of the leaf and of the intermediates above it. */
  keyIdsAbove: readonly string[];
  /**
   * The public keys of the CA certificates that are sent along, the anchors that vouch for each, and the CA's
   * name (I15).
   */
  carries: readonly { keyDigest: string; vouchedBy: readonly string[]; subject?: string }[];
  /**
   * Why no host would accept it, or no TLS stack load it, whatever the path; empty where nothing is wrong.
   */
  problems: readonly string[];
};

/** Problems of a leaf that no TLS stack can present. Nobody knows what its client presents instead (I9). */
export const OTHERS_KEY = 'the private key does not belong to the leaf';
export const UNREADABLE_KEY = 'the private key is not a readable, unencrypted PEM key';
export const UNLOADABLE = 'TLS cannot load the certificate chain';
export const GARBLED_INTERMEDIATE = 'an intermediate certificate cannot be read';
const UNPRESENTABLE = [OTHERS_KEY, UNREADABLE_KEY, UNLOADABLE, GARBLED_INTERMEDIATE];

/** Problem of a witness's leaf: nobody can call with it (F17). */
export const WITHOUT_KEY = 'its secret has the ids of a keyless client, and a witness needs an apiKey';

/**
 * Problem of a staged leaf where no host is asked about it: nobody has seen its client get in by the API key
 * or ids beside it (I9).
 */
export const UNPROBED_IDENTITY =
  'another API key, or other ids, stand beside it than the client calls with now, and no host is asked about them';

/**
 * Problem of a staged leaf whose secret has a newer version with another API key or other ids: the older ones
 * must not come back with it (I11).
 */
export const OUTDATED_IDENTITY =
  'an older API key, or older ids, stand beside it than the client calls with now, or its leaf was renewed beside them since';

/** Returns why no TLS stack can present a leaf; undefined where one can, or where there is no leaf. */
export const unpresentable = (held: LeafFacts | null): string | undefined =>
  held?.problems.find((problem) => UNPRESENTABLE.includes(problem));

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

/**
 * A leaf as a plan carries it: by its fingerprint, and by the digest of all certificates that it is sent
 * with.
 */
type SeenLeaf = { leaf?: string | undefined; chain?: string | undefined };

/**
 * Whether a client holds the very leaf with the very chain. With another chain the same leaf leads elsewhere
 * (F7).
 */
export const isLeafOf = (held: LeafFacts | null, { leaf, chain }: SeenLeaf): boolean =>
  held !== null && held.fingerprint === leaf && held.chain === chain;

/** Returns the leaf at a stage; null where there is none, or it could not be read. */
export const leafIn = (holding: Holding): LeafFacts | null =>
  holding === null || 'unknown' in holding ? null : holding;

/**
 * Returns the active anchors that a host may ask about a leaf (F7): those that have issued the leaf itself,
 * or, only where there is none, those that its chain leads to. Which of several a host asks is its own
 * business, and one whose filter refuses the leaf fails the call. So a way in that no host was seen to ask is
 * not known to be one.
 */
export function askedAbout(
  { issuers, chainsTo }: Pick<LeafFacts, 'issuers' | 'chainsTo'>,
  isActive: (anchorId: string) => boolean,
): string[] {
  const direct = issuers.filter(isActive);
  return direct.length > 0 ? direct : chainsTo.filter(isActive);
}

/** Whether a leaf that could be read leads to an anchor. */
export const leadsTo = (holding: Holding, anchorId: string): boolean =>
  leafIn(holding)?.chainsTo.includes(anchorId) ?? false;
