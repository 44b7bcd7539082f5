import type { SecretsManager } from '@aws-sdk/client-secrets-manager';
import * as z from 'zod';
import { replicationSchema } from './replicas.ts';
import { readAnswer, secretError } from './secret-value.ts';

/** The stages of a leaf's life; `AWSPENDING` stands for whichever label the staged leaves wait at. */
export type Stage = 'AWSCURRENT' | 'AWSPENDING' | 'AWSPREVIOUS';

const STAGES: readonly Stage[] = ['AWSCURRENT', 'AWSPENDING', 'AWSPREVIOUS'];

const stagesSchema = z.object({
  VersionIdsToStages: z.record(z.string(), z.array(z.string())).default({}),
  ReplicationStatus: replicationSchema,
});

/** Which version each stage is at, and what becomes of the replicas. */
export async function describe(
  client: SecretsManager,
  secret: string,
  label: (stage: Stage) => string,
): Promise<{
  holders: Partial<Record<Stage, string>>;
  replication: z.infer<typeof replicationSchema>;
}> {
  const answer = await client.describeSecret({ SecretId: secret }).catch((error) => {
    throw secretError(error, secret);
  });
  const { VersionIdsToStages, ReplicationStatus: replication } = readAnswer(stagesSchema, answer, secret);
  const versionAt = (stage: Stage) =>
    Object.entries(VersionIdsToStages).find(([, labels]) => labels.includes(label(stage)))?.[0];
  const held = STAGES.flatMap((stage) => {
    const versionId = versionAt(stage);
    return versionId === undefined ? [] : [[stage, versionId] as const];
  });
  return { holders: Object.fromEntries(held), replication };
}

/** A label that has gone elsewhere since it was read keeps only its own client waiting (I17). */
export const OWN = { meaning: { InvalidParameterException: 'LeafChanged' } } as const;

/**
 * What another service manages it alone may move, and a secret that has as many labels as AWS allows takes no other: nobody else waits for that (I17). A lost compare-and-set is an
 * `InvalidParameterException`.
 */
const OF_ITS_STAGES = {
  InvalidRequestException: 'InvalidConfiguration',
  LimitExceededException: 'InvalidConfiguration',
} as const;

/** Moves one stage of a secret from a version, or from none, to another. Throws a WindlassError under the name that `meaning` gives an answer of AWS's. */
export async function move(
  client: SecretsManager,
  secret: string,
  stage: string,
  {
    from,
    to,
    meaning = {},
  }: { from: string | undefined; to?: string; meaning?: Parameters<typeof secretError>[2] },
): Promise<void> {
  await client
    .updateSecretVersionStage({
      SecretId: secret,
      VersionStage: stage,
      RemoveFromVersionId: from,
      MoveToVersionId: to,
    })
    .catch((error) => {
      throw secretError(error, secret, { ...OF_ITS_STAGES, ...meaning });
    });
}
