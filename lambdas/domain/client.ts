import * as z from 'zod';

/** A workload that calls the API, as the configuration names it: its project and its secret, never its keys. */
export const clientSchema = z.strictObject({
  name: z.string().min(1),
  project: z.string().min(1),
  secret: z.string().min(1),
  /** The authority that its leaves come from, for a leaf that leads to no anchor that we can name (rule 3). */
  authority: z.string().min(1).optional(),
  /** The hosts that answer its project, where that has its data in a region; all where it is not stated. */
  hosts: z.array(z.string()).min(1).optional(),
});

export type Client = z.infer<typeof clientSchema>;

/**
 * A client as a run keeps it: with what it may run on of what this run cuts in any scope, and the scopes that look at it in the overlap. An older version says neither, and what a
 * newer one says beside it is passed over: a rollback may come within a soak.
 */
export const listedClientSchema = z.object({
  ...clientSchema.shape,
  mayRunOn: z.array(z.string()).optional(),
  lookedAtIn: z.array(z.string()).optional(),
});

export type ListedClient = z.infer<typeof listedClientSchema>;

/** Who a client is, as a plan's checks have it. */
export const asChecked = ({ name, project, secret, hosts }: Client) => ({
  ...{ client: name, project, secret },
  ...(hosts && { hosts }),
});

/** Versions of a secret, the running and the staged one, that have different API keys, or ids, beside their leaves: what those are is no plan's to say (I14). */
export const identityChangeSchema = z.object({ running: z.string(), staged: z.string() });

export type IdentityChange = z.infer<typeof identityChangeSchema>;

/** What a deployment says of an organization's clients: an object in S3, since a state cannot carry thousands. */
export const clientListSchema = z.object({
  /** A digest of the clients, the witnesses and the evidence. */
  configured: z.string(),
  evidence: z.enum(['probe', 'listing']),
  /** What the policy states of single scopes and anchors, as JSON. An older deployment does not say it. */
  stated: z.string().optional(),
  clients: z.array(clientSchema),
  /** Witnesses: leaves that a successor's filter has to refuse (F16). */
  mustRefuse: z.array(clientSchema),
  /** The hosts that are asked for whoever states none. An older deployment does not say them. */
  hosts: z.array(z.string()).optional(),
});

export type ClientList = z.infer<typeof clientListSchema>;

/** What an offline look at one leaf says (F7, F13), against the anchors it was compared with. Times are Unix seconds. */
export type LeafFacts = {
  /** SHA-256 of the leaf's DER, hex; empty when it cannot be read. */
  fingerprint: string;
  /** The first digits of a digest of all certificates that it is sent with, itself among them (hex). */
  chain: string;
  /** Ids of the anchors that some path climbed from the leaf leads to by signature, whatever the dates. */
  chainsTo: readonly string[];
  /** Ids of the anchors that have issued the leaf itself, by signature: where one of them is active, no other is asked (F7). */
  issuers: readonly string[];
  /** For each of them until when its best whole path is valid; none for an anchor that no path valid now leads to. */
  validUntil: Readonly<Record<string, number>>;
  /**
   * Ids of the anchors that have signed the leaf or what it sends along, by key and name, and that its identifiers exclude: some TLS stacks
   * do not look at these.
   */
  signedBy?: readonly string[];
  /** When the leaf itself begins, and ends, whatever stands above it. */
  beginsAt?: number;
  endsAt?: number;
  /** Where it leads to anchors, and no path to any of them is valid or has yet to begin: when the last one ended that was. */
  pathsEndedAt?: number;
  /** Why no path to an anchor is valid now, by anchor, in plain words. */
  pathProblems: Readonly<Record<string, string>>;
  /** Where it leads to no anchor, what may be wrong with its chain, in plain words. */
  chainProblem?: string;
  /** From when, and until when then, a path to an anchor is valid that has yet to begin, by anchor: where only time is missing. */
  coming?: Readonly<Record<string, { from: number; until: number }>>;
  /** Authority key identifiers (hex) of the leaf and of the intermediates above it. */
  keyIdsAbove: readonly string[];
  /** The public keys of the CA certificates sent along, the anchors that vouch for each, and the CA's name (I15). */
  carries: readonly { keyDigest: string; vouchedBy: readonly string[]; subject?: string }[];
  /** Why no host would take it, or no TLS stack load it, whatever the path; empty when nothing is wrong. */
  problems: readonly string[];
};

/** Problems of a leaf that no TLS stack can present, so that nobody knows what its client does present (I9). */
export const OTHERS_KEY = 'the private key does not belong to the leaf';
export const UNREADABLE_KEY = 'the private key is not a readable, unencrypted PEM key';
export const UNLOADABLE = 'TLS cannot load the certificate chain';
export const GARBLED_INTERMEDIATE = 'an intermediate certificate cannot be read';
const UNPRESENTABLE = [OTHERS_KEY, UNREADABLE_KEY, UNLOADABLE, GARBLED_INTERMEDIATE];

/** Problem of a witness's leaf: nobody calls with it, whoever might present it (F17). */
export const WITHOUT_KEY = 'its secret has the ids of a keyless client, and a witness needs an apiKey';

/** Problem of a staged leaf where no host is asked about it: nobody has seen its client get in by what stands beside it (I9). */
export const UNPROBED_IDENTITY =
  'another API key, or other ids, stand beside it than the client calls with now, and no host is asked about them';

/** Problem of a staged leaf whose secret has a newer version with another API key, or other ids: the older ones are not taken back for it (I11). */
export const OUTDATED_IDENTITY =
  'an older API key, or older ids, stand beside it than the client calls with now, or its leaf was renewed beside them since';

/** Why no TLS stack can present a leaf; undefined where one can, or where there is none. */
export const unpresentable = (held: LeafFacts | null): string | undefined =>
  held?.problems.find((problem) => UNPRESENTABLE.includes(problem));

/** What is at one version stage of a client's secret: a leaf, nothing, or why nobody can say (I9). */
export type Holding = LeafFacts | { unknown: string; passing?: boolean } | null;

/** A client with its running leaf (`AWSCURRENT`), the one staged for it (`AWSPENDING`) and the last (`AWSPREVIOUS`). */
export type ClientFacts = Client & {
  running: Holding;
  staged: Holding;
  previous: Holding;
  /** Where what is staged says otherwise who the client is: ids of both versions. */
  changesIdentity?: IdentityChange;
  /** The version that is staged is the very one at AWSPREVIOUS: its label was left there when another was made current, and nobody has staged it anew. */
  isLeftStaged?: true;
  /** What its running leaf was last seen under, where the journal knows (rule 3): several where authorities share a key. */
  lastAuthorities?: readonly string[];
  /** Ids of the anchors that it led to then, where the journal knows them: an anchor may be called otherwise by now. */
  lastAnchors?: readonly string[];
  /** Ids of the versions of its secret that are current and staged, where Secrets Manager says them; of one that cannot be read as well. */
  versions?: { running?: string | undefined; staged?: string | undefined };
  /** The label that its next leaf waits at, where it is not `AWSPENDING`. */
  stagedLabel?: string;
};

/** A leaf as a plan carries it: by its fingerprint, and by the digest of all certificates that it is sent with. */
type SeenLeaf = { leaf?: string | undefined; chain?: string | undefined };

/** Whether a client holds the very leaf with the very chain: with another one beside it the same leaf leads elsewhere (F7). */
export const isLeafOf = (held: LeafFacts | null, { leaf, chain }: SeenLeaf): boolean =>
  held !== null && held.fingerprint === leaf && held.chain === chain;

/** The leaf at a stage, where there is one that could be read at all. */
export const leafIn = (holding: Holding): LeafFacts | null =>
  holding === null || 'unknown' in holding ? null : holding;

/**
 * What a host goes by for a leaf among the anchors that are active for it (F7): those that have issued the leaf itself, and only where
 * there is none those that its chain leads to. Which of several it asks is its own business, and one whose filter refuses the leaf fails
 * the call: a way in that nobody was asked for is not known to be one.
 */
export function askedAbout(
  { issuers, chainsTo }: Pick<LeafFacts, 'issuers' | 'chainsTo'>,
  isActive: (anchorId: string) => boolean,
): string[] {
  const direct = issuers.filter(isActive);
  return direct.length > 0 ? direct : chainsTo.filter(isActive);
}

/** Whether a leaf that could be read hangs from an anchor. */
export const leadsTo = (holding: Holding, anchorId: string): boolean =>
  leafIn(holding)?.chainsTo.includes(anchorId) ?? false;
