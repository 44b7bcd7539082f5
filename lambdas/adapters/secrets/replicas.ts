import * as z from 'zod';
import { WindlassError } from '../../domain/errors.ts';

/** What Secrets Manager says of a secret's replicas, as far as we understand it. */
export const replicationSchema = z
  .array(z.looseObject({ Region: z.string().default('?'), Status: z.string().optional() }))
  .optional();

type Replication = z.infer<typeof replicationSchema>;

/**
 * Returns the regions to which a secret is not replicated any more. What was replicated before stays there,
 * and is still read.
 */
export const unfollowedIn = (replication: Replication): string[] =>
  (replication ?? []).flatMap(({ Region, Status }) => (Status === 'Failed' ? Region : []));

/** The remedy for such a secret, in words. */
export const REPAIR =
  'see why with aws secretsmanager describe-secret (mostly the key there, or a secret of the same name), repair it with replicate-secret-to-regions, or take the replica away with remove-regions-from-replication';

/**
 * Throws `SecretInvalid` when a replica would not follow: a client that reads it there would keep the old
 * leaf, and the cut would lock it out (I1).
 */
export function demandReplicated(secret: string, replication: Replication): void {
  const regions = unfollowedIn(replication);
  if (regions.length > 0)
    throw new WindlassError(
      'SecretInvalid',
      `secret ${secret} is not replicated to ${regions.join(', ')}, where its old leaf would stay: its client was not moved; ${REPAIR}, and start a new run`,
    );
}
