import { SecretsManager } from '@aws-sdk/client-secrets-manager';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { adminCredential } from '../../lambdas/adapters/openai/admin-credential.ts';
import { secretsManager } from '../../lambdas/adapters/secrets/secrets.ts';
import { inspectLeaf } from '../../lambdas/adapters/x509/leaf.ts';
import type { WindlassError } from '../../lambdas/domain/errors.ts';
import { createAuthority, issueLeaf } from '../../simulation/certificates/pki.ts';
import { awsAccount, clientSettings } from '../adapters/aws-account.ts';
import { damaged, damagedText, outcomeOf } from './damaged.ts';
import { badAnswers, scriptedHost } from './wire.ts';

const validity = { notBefore: 1_700_000_000, notAfter: 1_900_000_000 };
const acme = await createAuthority({ name: 'acme-root', ...validity });
const leaf = await issueLeaf(acme, { commonName: 'ingest', ...validity });
const credential = { apiKey: 'sk-proj-Recognizable0123456789', ...leaf };
const text = JSON.stringify(credential);

/** Parts of a secret that no message may quote: the key, and every line of the PEMs. */
const planted = [credential.apiKey, ...`${leaf.certificateChain}${leaf.privateKey}`.split('\n')]
  .filter((line) => line.length > 20)
  .map((line) => line.slice(2, 18));

function demandSilent({ message, cause, stack }: WindlassError): void {
  const said = JSON.stringify([message, cause, stack]);
  for (const secret of planted) expect(said).not.toContain(secret);
}

const values = fc.oneof(
  damaged(credential).map((value) => JSON.stringify(value) ?? ''),
  damagedText(text),
  fc.constantFrom(
    '',
    'null',
    '[]',
    '7',
    `"${credential.apiKey}"`,
    credential.apiKey,
    leaf.privateKey,
    `${text}${text}`,
  ),
);

test('any secret is a credential whose leaf can be looked at, or SecretInvalid without a word of it', async () => {
  const { secrets: store, secretsManager: connect } = await awsAccount();
  await fc.assert(
    fc.asyncProperty(values, async (value) => {
      store.remove('acme/ingest');
      store.put('acme/ingest', value);
      const client = await outcomeOf(() => secretsManager(connect).read('acme/ingest', 'AWSCURRENT'));
      const admin = await outcomeOf(adminCredential('acme/ingest', connect));
      for (const outcome of [client, admin])
        if ('error' in outcome) {
          expect(outcome.error.name).toBe('SecretInvalid');
          demandSilent(outcome.error);
        }
      if ('value' in client && client.value)
        inspectLeaf(client.value, [{ anchorId: 'cert_1', pem: acme.pem }], 1_800_000_000);
    }),
    { numRuns: 120 },
  );
});

const versions = { VersionIdsToStages: { v1: ['AWSCURRENT'], v2: ['AWSPENDING'] } };
const answers = [
  badAnswers({
    ARN: 'arn',
    Name: 'acme/ingest',
    VersionId: 'v1',
    SecretString: text,
    VersionStages: ['AWSCURRENT'],
  }),
  badAnswers({ ARN: 'arn', Name: 'acme/ingest', ...versions }),
  badAnswers({ __type: 'InternalServiceError', Message: `No. ${text}` }),
];

test('any answer of Secrets Manager is a credential, a promotion or an error of ours, without a word of it', async () => {
  const { url, answer } = await scriptedHost();
  const client = new SecretsManager(clientSettings(url));
  const secrets = secretsManager(async () => client);
  await fc.assert(
    fc.asyncProperty(fc.oneof(...answers), fc.oneof(...answers), async (first, second) => {
      for (const call of [
        () => secrets.read('acme/ingest', 'AWSCURRENT'),
        () => secrets.promote('acme/ingest', { from: 'v1', to: 'v2' }),
        () => secrets.restore('acme/ingest', { from: 'v2', to: 'v1' }),
        adminCredential('acme/ingest', async () => client),
      ]) {
        answer([first, second]);
        const outcome = await outcomeOf<unknown>(call);
        if ('error' in outcome) demandSilent(outcome.error);
      }
    }),
    { numRuns: 60 },
  );
});
