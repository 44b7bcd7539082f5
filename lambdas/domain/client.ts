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
