import type { SecretsManager } from '@aws-sdk/client-secrets-manager';
import { type Secrets, secretsManager } from '../../lambdas/adapters/secrets.ts';
import type { JsonObject } from '../aws-endpoints.ts';
import type { SecretStore } from '../secrets-endpoint.ts';
import { carried } from './aws.ts';
import type { Wire } from './wire.ts';

/** The real adapter of client secrets, on a store in memory in the place of the service. */
export function inProcessSecrets(store: SecretStore, wire: Wire): Secrets {
  const operation = (name: string, changes: boolean) => (body: JsonObject) =>
    carried(
      wire,
      {
        op: 'secret',
        action: `secretsmanager:${name}`,
        about: [name, body.SecretId, body.VersionStage].filter(Boolean).join(' '),
        changes,
      },
      () => store.answer({ service: 'secretsmanager', operation: name, path: '/', query: NONE, body }),
    );
  const client = {
    getSecretValue: operation('GetSecretValue', false),
    describeSecret: operation('DescribeSecret', false),
    updateSecretVersionStage: operation('UpdateSecretVersionStage', true),
  };
  return secretsManager(async () => client as unknown as SecretsManager);
}

const NONE = new URLSearchParams();
