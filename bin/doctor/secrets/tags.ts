import type { SecretsManager } from '@aws-sdk/client-secrets-manager';
import type { Client } from '../../../lambdas/domain/client.ts';
import { isReachedTogether } from '../../../lib/checks/secrets-in-policies.ts';
import type { Organization } from '../../../lib/config.ts';
import { attempted, type Finding, failed, ok } from '../finding.ts';

/** Whether a secret that the policies know by the organization's tag has it; without it every function is refused that secret. */
export async function tagFindings(
  { name, secret }: Client,
  { secretsTag, secretsPrefix }: Organization,
  connect: () => Promise<SecretsManager>,
): Promise<Finding[]> {
  if (!secretsTag || !isReachedTogether({ secretsTag, secretsPrefix }, secret)) return [];
  const about = { check: 'client secret' as const, subject: `${name} tag` };
  const wanted = `${secretsTag.key}=${secretsTag.value}`;
  const mayLook = 'Use credentials that may secretsmanager:DescribeSecret.';
  return attempted(about, mayLook, async () => {
    const { Tags = [] } = await (await connect()).describeSecret({ SecretId: secret });
    // IAM compares the keys of tags without regard to case, and their values with it.
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
  });
}
