import type { SecretsManager } from '@aws-sdk/client-secrets-manager';
import * as z from 'zod';
import { replicationSchema } from './replicas.ts';
import { readAnswer, secretError } from './secret-value.ts';

/** The stages of a leaf's life. `AWSPENDING` stands for the configured label at which staged leaves wait. */
export type Stage = 'AWSCURRENT' | 'AWSPENDING' | 'AWSPREVIOUS';

const STAGES: readonly Stage[] = ['AWSCURRENT', 'AWSPENDING', 'AWSPREVIOUS'];

const stagesSchema = z.object({
  VersionIdsToStages: z.record(z.string(), z.array(z.string())).default({}),
  ReplicationStatus: replicationSchema,
});

/** Returns which version each stage is at, and the state of the replicas. */
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

/**
 * The meaning of a lost compare-and-set: the label has moved since it was read. That keeps only its own
 * client waiting (I17).
 */
export const OWN = { meaning: { InvalidParameterException: 'LeafChanged' } } as const;

/**
 * Refusals that concern this one secret, so no other client waits (I17). Either another service manages it
 * and alone may move its labels, or it has as many labels as AWS allows. A lost compare-and-set is an
 * `InvalidParameterException`.
 */
const OF_ITS_STAGES = {
  InvalidRequestException: 'InvalidConfiguration',
  LimitExceededException: 'InvalidConfiguration',
} as const;

/**
 * Moves one stage of a secret from a version, or from none, to another. Throws a WindlassError. `meaning`
 * maps the names of AWS's errors to ours.
 */
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
