import type { DescribeSecretCommandOutput, SecretsManager } from '@aws-sdk/client-secrets-manager';
import { REPAIR, replicationSchema, unfollowedIn } from '../../../lambdas/adapters/secrets/replicas.ts';
import type { Client } from '../../../lambdas/domain/client.ts';
import { isReachedTogether } from '../../../lib/checks/secrets-in-policies.ts';
import type { Organization } from '../../../lib/config.ts';
import { attempted, type Finding, failed, ok } from '../finding.ts';

type Described = Pick<DescribeSecretCommandOutput, 'ARN' | 'PrimaryRegion' | 'ReplicationStatus' | 'Tags'>;

/**
 * Checks what a secret's description tells: whether its stages can be moved in this region, and whether it
 * has the organization's tag.
 */
export async function describedFindings(
  { name, secret }: Client,
  organization: Organization,
  connect: () => Promise<SecretsManager>,
): Promise<Finding[]> {
  const about = { check: 'client secret' as const, subject: name };
  return attempted(about, 'Use credentials that may secretsmanager:DescribeSecret.', async () => {
    const described = await (await connect()).describeSecret({ SecretId: secret }).catch((error) => {
      // A missing secret is reported with its versions.
      if (Object(error).name === 'ResourceNotFoundException') return null;
      throw error;
    });
    if (!described) return [];
    return [
      ...replicaFindings({ ...about, subject: `${name} replica` }, secret, described),
      ...unfollowedFindings({ ...about, subject: `${name} replica` }, secret, described),
      ...tagFindings({ ...about, subject: `${name} tag` }, secret, described, organization),
    ];
  });
}

type About = Pick<Finding, 'check' | 'subject'>;

/**
 * Fails for a secret that is a replica. It can be read, but stages can be moved only in the primary's region,
 * so no client would ever be promoted.
 */
function replicaFindings(about: About, secret: string, { ARN = '', PrimaryRegion }: Described): Finding[] {
  const [, , , region] = ARN.split(':');
  if (!PrimaryRegion || PrimaryRegion === region) return [];
  return [
    failed(
      about,
      `${secret} is a replica of the secret in ${PrimaryRegion}, so no leaf of it can be made current here`,
      `Name a secret that is no replica, or deploy the stack in ${PrimaryRegion}.`,
    ),
  ];
}

/**
 * Fails for a secret with a replica that no longer follows. Readers of that replica would keep the old leaf,
 * so no client is moved by such a secret (I1).
 */
function unfollowedFindings(about: About, secret: string, { ReplicationStatus }: Described): Finding[] {
  const regions = unfollowedIn(replicationSchema.safeParse(ReplicationStatus).data);
  if (regions.length === 0) return [];
  const what = `${secret} is not replicated to ${regions.join(', ')}, where its old leaf would stay, so its client is not moved`;
  return [failed(about, what, `${REPAIR[0]?.toUpperCase()}${REPAIR.slice(1)}.`)];
}

/**
 * Checks the tag of a secret that the policies admit by the organization's tag. Without that tag, every
 * function is refused that secret.
 */
function tagFindings(
  about: About,
  secret: string,
  { Tags = [] }: Described,
  { secretsTag, secretsPrefix }: Organization,
): Finding[] {
  if (!secretsTag || !isReachedTogether({ secretsTag, secretsPrefix }, secret)) return [];
  const wanted = `${secretsTag.key}=${secretsTag.value}`;
  // IAM compares the keys of tags without regard to case, and the values with regard to it.
  const found = Tags.find(({ Key = '' }) => Key.toLowerCase() === secretsTag.key.toLowerCase());
  if (found?.Value === secretsTag.value) return [ok(about, `${secret} has the tag ${wanted}`)];
  const has = found ? `the tag ${found.Key} with the value "${found.Value}"` : 'no such tag';
  return [
    failed(
      about,
      `${secret} has ${has}, so every function is refused it`,
      `aws secretsmanager tag-resource --secret-id ${secret} --tags Key=${secretsTag.key},Value=${secretsTag.value}`,
    ),
  ];
}
