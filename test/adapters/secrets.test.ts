import { SecretsManager } from '@aws-sdk/client-secrets-manager';
import { describe, expect, test } from 'vitest';
import { secretsManager } from '../../lambdas/adapters/secrets/secrets.ts';
import { inProcessSecrets } from '../../simulation/in-process/secrets.ts';
import { WireFailure } from '../../simulation/in-process/wire.ts';
import { awsAccount, clientSettings } from './aws-account.ts';
import { type Answer, scriptedApi } from './openai/scripted-api.ts';

const IDS = { identityProviderId: 'idp_1', serviceAccountId: 'svc_1' };
const KEYLESS = { apiKey: undefined, ...IDS };
const credential = { apiKey: 'sk-proj-Recognizable', certificateChain: 'PEM chain', privateKey: 'PEM key' };
const text = (extra: object = {}): string => JSON.stringify({ ...credential, ...extra });

async function account() {
  const aws = await awsAccount();
  return { ...aws, store: aws.secrets, secrets: secretsManager(aws.secretsManager) };
}

/** The adapter at a Secrets Manager that gives these answers. */
async function answering(...answers: Answer[]) {
  const { url, heard } = await scriptedApi(...answers);
  return { heard, secrets: secretsManager(async () => new SecretsManager(clientSettings(url))) };
}

describe('with a label of its own for staged leaves', () => {
  test('reads, promotes and restores there, and leaves AWSPENDING to whoever uses it', async () => {
    const aws = await awsAccount();
    const secrets = secretsManager(aws.secretsManager, 'windlass-next');
    const first = aws.secrets.put('acme/ingest', text());
    const rotating = aws.secrets.put('acme/ingest', text({ apiKey: 'sk-rotating' }), ['AWSPENDING']);
    expect(await secrets.read('acme/ingest', 'AWSPENDING')).toBeNull();
    const next = aws.secrets.put('acme/ingest', text({ apiKey: 'sk-next' }), ['windlass-next']);
    expect(await secrets.read('acme/ingest', 'AWSPENDING')).toMatchObject({ versionId: next });
    await expect(secrets.promote('acme/ingest', { from: first, to: rotating })).rejects.toMatchObject({
      message: expect.stringContaining('neither windlass-next nor AWSCURRENT'),
    });
    await secrets.promote('acme/ingest', { from: first, to: next });
    expect(await secrets.read('acme/ingest', 'AWSCURRENT')).toMatchObject({ versionId: next });
    expect(await secrets.read('acme/ingest', 'AWSPENDING')).toBeNull();
    await secrets.restore('acme/ingest', { from: next, to: first });
    expect(await secrets.read('acme/ingest', 'AWSCURRENT')).toMatchObject({ versionId: first });
    expect(await secrets.read('acme/ingest', 'AWSPENDING')).toMatchObject({ versionId: next });
    const theirs = await secretsManager(aws.secretsManager).read('acme/ingest', 'AWSPENDING');
    expect(theirs).toMatchObject({ versionId: rotating });
  });
});

describe('reading', () => {
  test('gives the credential of a stage with its version, ignoring other fields', async () => {
    const { store, secrets } = await account();
    const current = store.put('acme/ingest', text({ note: 'by hand' }));
    const pending = store.put('acme/ingest', text({ apiKey: 'sk-next' }), ['AWSPENDING']);
    expect(await secrets.read('acme/ingest', 'AWSCURRENT')).toEqual({
      createdAt: expect.any(Number),
      ...credential,
      versionId: current,
    });
    expect(await secrets.read('acme/ingest', 'AWSPENDING')).toMatchObject({
      apiKey: 'sk-next',
      versionId: pending,
    });
  });

  test('is null for a stage without a version, and SecretMissing without a secret', async () => {
    const { store, secrets } = await account();
    store.put('acme/ingest', text());
    expect(await secrets.read('acme/ingest', 'AWSPENDING')).toBeNull();
    await expect(secrets.read('acme/none', 'AWSPENDING')).rejects.toMatchObject({
      name: 'SecretMissing',
      message: expect.stringContaining('acme/none'),
    });
  });

  test('has a key, or the ids of a keyless client in its place', async () => {
    const { store, secrets } = await account();
    store.put('acme/ledger', text(KEYLESS));
    const read = await secrets.read('acme/ledger', 'AWSCURRENT');
    expect(read).toMatchObject({ ...IDS, certificateChain: 'PEM chain' });
    expect(read).not.toHaveProperty('apiKey');
  });

  test('takes a field that is there twice as its workload does: the last one counts', async () => {
    const { store, secrets } = await account();
    store.put('acme/ingest', text().replace('{', '{"apiKey": "sk-other",'));
    expect(await secrets.read('acme/ingest', 'AWSCURRENT')).toMatchObject({
      apiKey: expect.not.stringMatching('sk-other'),
    });
  });

  test('is never cached', async () => {
    const { store, secrets } = await account();
    store.put('acme/ingest', text());
    await secrets.read('acme/ingest', 'AWSCURRENT');
    const newer = store.put('acme/ingest', text());
    expect(await secrets.read('acme/ingest', 'AWSCURRENT')).toMatchObject({ versionId: newer });
  });

  test.for([
    ['no JSON', 'sk-proj-Recognizable', 'JSON'],
    ['no object', '"sk-proj-Recognizable"', 'the value'],
    ['no apiKey', text({ apiKey: undefined }), 'apiKey'],
    ['an apiKey that is a number', text({ apiKey: 7 }), 'apiKey'],
    ['an apiKey with a line break', text({ apiKey: 'sk-proj-Recognizable\n' }), 'apiKey'],
    ['neither a key nor ids', text({ apiKey: undefined }), 'give either apiKey, or identityProviderId'],
    ['a key beside the ids of a keyless client', text(IDS), 'apiKey: stands beside the ids'],
    ['one id beside a key', text({ serviceAccountId: 'svc_1' }), 'apiKey: stands beside the ids'],
    [
      'half of the ids',
      text({ apiKey: undefined, serviceAccountId: 'svc_1' }),
      'identityProviderId: is missing',
    ],
    [
      'the other half',
      text({ apiKey: undefined, identityProviderId: 'idp' }),
      'serviceAccountId: is missing',
    ],
    ['an id with a space', text({ ...KEYLESS, serviceAccountId: 'Recognizable 1' }), 'serviceAccountId'],
    ['no certificateChain', text({ certificateChain: undefined }), 'certificateChain'],
    ['an empty privateKey', text({ privateKey: '' }), 'privateKey'],
  ] as const)(
    'a value with %s is SecretInvalid by secret, stage and field, without a value',
    async ([, value, field]) => {
      const { store, secrets } = await account();
      store.put('acme/ingest', value, ['AWSPENDING']);
      const error = await secrets.read('acme/ingest', 'AWSPENDING').catch((thrown) => thrown);
      expect(error.name).toBe('SecretInvalid');
      for (const part of ['acme/ingest', 'AWSPENDING', field]) expect(error.message).toContain(part);
      expect(`${error.stack}${JSON.stringify(error)}${error.cause}`).not.toMatch(
        /Recognizable|PEM key|PEM chain/,
      );
    },
  );

  test.for<[string, Answer, string]>([
    ['throttling', refused('ThrottlingException'), 'SecretUnavailable'],
    ['trouble inside', refused('InternalServiceError', 500), 'SecretUnavailable'],
    ['a reset', (response) => response.destroy(), 'SecretUnavailable'],
    ['no right to it', refused('AccessDeniedException'), 'AwsRefused'],
    ['a key that may not be used', refused('DecryptionFailure'), 'InvalidConfiguration'],
    ['a key that is to be deleted', refused('KMSInvalidStateException'), 'InvalidConfiguration'],
    [
      'one that is being deleted',
      refused('InvalidRequestException', 400, 'It was marked for deletion.'),
      'SecretMissing',
    ],
    ['one that may not be read so', refused('InvalidRequestException'), 'InvalidConfiguration'],
    ['a name that cannot be one', refused('InvalidParameterException'), 'InvalidConfiguration'],
    ['a binary value', { body: { VersionId: 'v1', SecretBinary: 'AAAA' } }, 'SecretInvalid'],
  ])('%s is %s', async ([, answer, name]) => {
    const { secrets } = await answering(answer);
    await expect(secrets.read('acme/ingest', 'AWSCURRENT')).rejects.toMatchObject({ name });
  });

  test('a binary value is said to be one, and not to be no JSON text', async () => {
    const { secrets } = await answering({ body: { VersionId: 'v1', SecretBinary: 'AAAA' } });
    await expect(secrets.read('acme/ingest', 'AWSCURRENT')).rejects.toThrow(/is binary \(SecretBinary\)/);
  });
});

describe('promoting', () => {
  test('makes the pending version current, the current one previous, and leaves nothing pending', async () => {
    const { store, secrets } = await account();
    const old = store.put('acme/ingest', text());
    const staged = store.put('acme/ingest', text(), ['AWSPENDING']);
    await secrets.promote('acme/ingest', { from: old, to: staged });
    expect(store.read('acme/ingest', 'AWSCURRENT')?.versionId).toBe(staged);
    expect(store.read('acme/ingest', 'AWSPREVIOUS')?.versionId).toBe(old);
    expect(store.read('acme/ingest', 'AWSPENDING')).toBeNull();
  });

  test('is safe to run twice, and finishes what a stopped run began', async () => {
    const { store, secrets, calls } = await account();
    const old = store.put('acme/ingest', text());
    const staged = store.put('acme/ingest', text(), ['AWSCURRENT', 'AWSPENDING']);
    await secrets.promote('acme/ingest', { from: old, to: staged });
    await secrets.promote('acme/ingest', { from: old, to: staged });
    expect(store.read('acme/ingest', 'AWSPENDING')).toBeNull();
    expect(store.read('acme/ingest', 'AWSPREVIOUS')?.versionId).toBe(old);
    expect(calls.filter(({ operation }) => operation === 'UpdateSecretVersionStage')).toHaveLength(1);
  });

  test('works for a secret that has only a pending version', async () => {
    const { store, secrets } = await account();
    const staged = store.put('acme/ingest', text(), ['AWSPENDING']);
    await secrets.promote('acme/ingest', { from: undefined, to: staged });
    expect(store.read('acme/ingest', 'AWSCURRENT')?.versionId).toBe(staged);
  });

  test('keeps a leaf that was staged since', async () => {
    const { store, secrets } = await account();
    const old = store.put('acme/ingest', text());
    const promoted = store.put('acme/ingest', text());
    const later = store.put('acme/ingest', text(), ['AWSPENDING']);
    await secrets.promote('acme/ingest', { from: old, to: promoted });
    expect(store.read('acme/ingest', 'AWSPENDING')?.versionId).toBe(later);
  });

  test('refuses a version that is no longer pending, and changes nothing', async () => {
    const { store, secrets } = await account();
    const current = store.put('acme/ingest', text());
    const replaced = store.put('acme/ingest', text(), ['AWSPENDING']);
    store.put('acme/ingest', text(), ['AWSPENDING']);
    await expect(secrets.promote('acme/ingest', { from: current, to: replaced })).rejects.toMatchObject({
      name: 'LeafChanged',
    });
    expect(store.read('acme/ingest', 'AWSCURRENT')?.versionId).toBe(current);
  });

  test('takes no place that somebody else has taken since, and changes nothing (I11)', async () => {
    const { store, secrets } = await account();
    const old = store.put('acme/ingest', text());
    const staged = store.put('acme/ingest', text(), ['AWSPENDING']);
    const rotated = store.put('acme/ingest', text({ apiKey: 'sk-rotated' }));
    await expect(secrets.promote('acme/ingest', { from: old, to: staged })).rejects.toMatchObject({
      name: 'LeafChanged',
    });
    expect(store.read('acme/ingest', 'AWSCURRENT')?.versionId).toBe(rotated);
    expect(store.read('acme/ingest', 'AWSPENDING')?.versionId).toBe(staged);
  });

  test('is SecretMissing without a secret, and LeafChanged when somebody moves a stage in between: that is no fault of everybody (I17)', async () => {
    const { secrets } = await account();
    await expect(secrets.promote('acme/none', { from: undefined, to: 'v1' })).rejects.toMatchObject({
      name: 'SecretMissing',
    });
    const race = await answering(
      { body: { VersionIdsToStages: { v1: ['AWSCURRENT'], v2: ['AWSPENDING'] } } },
      refused('InvalidParameterException'),
    );
    await expect(race.secrets.promote('acme/ingest', { from: 'v1', to: 'v2' })).rejects.toMatchObject({
      name: 'LeafChanged',
    });
  });
});

describe('restoring', () => {
  /** A secret whose client was promoted from `old` to `promoted`. */
  async function promotedClient() {
    const made = await account();
    const old = made.store.put('acme/ingest', text());
    const promoted = made.store.put('acme/ingest', text());
    const at = (stage: string) => made.store.read('acme/ingest', stage)?.versionId;
    return { ...made, old, promoted, at };
  }

  test('makes the version current again, and stages the one that was', async () => {
    const { secrets, old, promoted, at } = await promotedClient();
    await secrets.restore('acme/ingest', { from: promoted, to: old });
    expect([at('AWSCURRENT'), at('AWSPENDING')]).toEqual([old, promoted]);
  });

  test('keeps a leaf that was staged since', async () => {
    const { store, secrets, old, promoted, at } = await promotedClient();
    const later = store.put('acme/ingest', text(), ['AWSPENDING']);
    await secrets.restore('acme/ingest', { from: promoted, to: old });
    expect([at('AWSCURRENT'), at('AWSPENDING')]).toEqual([old, later]);
  });

  test('leaves alone what somebody has made current since, and says so', async () => {
    const { store, secrets, old, promoted, at } = await promotedClient();
    const mended = store.put('acme/ingest', text({ apiKey: 'sk-mended' }));
    expect(await secrets.restore('acme/ingest', { from: promoted, to: old })).toBe(false);
    expect([at('AWSCURRENT'), at('AWSPENDING')]).toEqual([mended, undefined]);
  });

  test('run again when it was done moves nothing', async () => {
    const { secrets, calls, old, promoted, at } = await promotedClient();
    await secrets.restore('acme/ingest', { from: promoted, to: old });
    await secrets.restore('acme/ingest', { from: promoted, to: old });
    expect([at('AWSCURRENT'), at('AWSPENDING')]).toEqual([old, promoted]);
    expect(calls.filter(({ operation }) => operation === 'UpdateSecretVersionStage')).toHaveLength(2);
  });

  test('stopped between its two calls has staged what the client still runs on, and goes on from there', async () => {
    const { store, secrets, old, promoted, at } = await promotedClient();
    let moves = 0;
    const stopping = inProcessSecrets(store, async ({ changes }, act) => {
      if (changes && ++moves > 1) throw new WireFailure('reset');
      return act();
    });
    await expect(stopping.restore('acme/ingest', { from: promoted, to: old })).rejects.toMatchObject({
      name: 'SecretUnavailable',
    });
    expect([at('AWSCURRENT'), at('AWSPENDING')]).toEqual([promoted, promoted]);
    await secrets.restore('acme/ingest', { from: promoted, to: old });
    expect([at('AWSCURRENT'), at('AWSPENDING')]).toEqual([old, promoted]);
  });
});

function refused(name: string, status = 400, message = 'As AWS says.'): Answer {
  return { status, body: { __type: name, Message: message } };
}
