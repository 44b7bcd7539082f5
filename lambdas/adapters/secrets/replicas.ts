import * as z from 'zod';
import { WindlassError } from '../../domain/errors.ts';

/** What Secrets Manager says of a secret's replicas, as far as it is understood. */
export const replicationSchema = z
  .array(z.looseObject({ Region: z.string().default('?'), Status: z.string().optional() }))
  .optional();

type Replication = z.infer<typeof replicationSchema>;

/** The regions to which a secret is not replicated any more: what was replicated before stays there, and goes on being read. */
export const unfollowedIn = (replication: Replication): string[] =>
  (replication ?? []).flatMap(({ Region, Status }) => (Status === 'Failed' ? Region : []));

/** What whoever is told of such a secret can do. */
export const REPAIR =
  'see why with aws secretsmanager describe-secret (mostly the key there, or a secret of the same name), repair it with replicate-secret-to-regions, or take the replica away with remove-regions-from-replication';

/** Throws where a replica would not follow: whoever reads it there would keep the old leaf, and the cut would lock him out (I1). */
export function demandReplicated(secret: string, replication: Replication): void {
  const regions = unfollowedIn(replication);
  if (regions.length > 0)
    throw new WindlassError(
      'SecretInvalid',
      `secret ${secret} is not replicated to ${regions.join(', ')}, where its old leaf would stay: its client was not moved; ${REPAIR}, and start a new run`,
    );
}
