import { request } from 'undici';
import { OWN_AGENT } from '../served/user-agent.ts';

/**
 * Returns how a simulated client reads the `AWSCURRENT` version of its secret. It uses plain HTTP,
 * since nobody checks a signature here. Hundreds of clients read so often that the SDK's work
 * would be most of the thread's work.
 */
export const createSecretReader =
  (endpoint: string) =>
  async (secret: string): Promise<{ versionId: string; value: string }> => {
    const { statusCode, body } = await request(endpoint, {
      method: 'POST',
      headers: {
        'content-type': 'application/x-amz-json-1.1',
        'x-amz-target': 'secretsmanager.GetSecretValue',
        'user-agent': OWN_AGENT,
      },
      body: JSON.stringify({ SecretId: secret }),
    });
    const answer = (await body.json()) as { VersionId?: string; SecretString?: string };
    if (statusCode !== 200) throw new Error(`${secret} cannot be read: ${JSON.stringify(answer)}`);
    return { versionId: answer.VersionId ?? '', value: answer.SecretString ?? '' };
  };
