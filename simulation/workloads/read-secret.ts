import { request } from 'undici';
import { OWN_AGENT } from '../served/user-agent.ts';

/**
 * How a simulated client reads the `AWSCURRENT` of its secret. Plain HTTP: nobody checks a signature here, and hundreds of
 * clients read so often that the SDK's work for each call would be most of theirs.
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
