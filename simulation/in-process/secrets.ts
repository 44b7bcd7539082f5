import type { SecretsManager } from '@aws-sdk/client-secrets-manager';
import { type Secrets, secretsManager } from '../../lambdas/adapters/secrets/secrets.ts';
import { AwsFault, type JsonObject } from '../world/aws-operations.ts';
import type { SecretStore } from '../world/secret-store.ts';
import { carried } from './aws.ts';
import type { Wire } from './wire.ts';
import type { Broken } from './world.ts';

/** The service gives seconds, and its SDK turns them into dates. */
const asSdk = ({ CreatedDate, ...answer }: JsonObject): JsonObject => ({
  ...answer,
  ...(CreatedDate !== undefined && { CreatedDate: new Date(Number(CreatedDate) * 1000) }),
});

/** The real adapter of client secrets, on a store in memory in place of the service. */
export function inProcessSecrets(
  store: SecretStore,
  wire: Wire,
  broken: ReadonlySet<Broken> = new Set(),
): Secrets {
  const operation = (name: keyof SecretStore['operations'], changes: boolean) => (body: JsonObject) =>
    carried(
      wire,
      {
        op: 'secret',
        action: `secretsmanager:${name}`,
        about: [name, body.SecretId, body.VersionStage].filter(Boolean).join(' '),
        changes,
      },
      () => {
        if (broken.has(`missing ${body.SecretId}`))
          throw new AwsFault('ResourceNotFoundException', "Secrets Manager can't find the specified secret.");
        const isAny = (trouble: 'denied' | 'undecipherable') =>
          broken.has(`${trouble} ${body.SecretId}`) ||
          broken.has(`${trouble} ${body.SecretId} ${body.VersionStage}`);
        if (isAny('denied'))
          throw new AwsFault('AccessDeniedException', 'User is not authorized to perform this operation.');
        if (name === 'GetSecretValue' && isAny('undecipherable'))
          throw new AwsFault('DecryptionFailure', 'The secret cannot be deciphered with its KMS key.');
        const answer = asSdk(store.operations[name](body));
        const isGarbled = name === 'GetSecretValue' && broken.has(`garbled ${body.SecretId}`);
        return isGarbled ? { ...answer, SecretString: '{"apiKey": "sk-' } : answer;
      },
    );
  const client = {
    getSecretValue: operation('GetSecretValue', false),
    describeSecret: operation('DescribeSecret', false),
    updateSecretVersionStage: operation('UpdateSecretVersionStage', true),
  };
  return secretsManager(async () => client as unknown as SecretsManager);
}
