import { afterEach, describe, expect, test, vi } from 'vitest';
import { adminCredential } from '../../../lambdas/adapters/openai/admin-credential.ts';
import { openaiCertificates } from '../../../lambdas/adapters/openai/certificates.ts';
import { createAuthority, issueLeaf } from '../../../simulation/certificates/pki.ts';
import { awsAccount } from '../aws-account.ts';
import { page, refusal, scriptedApi } from './scripted-api.ts';

const validity = { notBefore: 1_700_000_000, notAfter: 1_900_000_000 };
const acme = await createAuthority({ name: 'acme-root', ...validity });
const leaf = await issueLeaf(acme, { commonName: 'admin', ...validity });
const other = await issueLeaf(acme, { commonName: 'other', ...validity });

async function account(value?: object) {
  const aws = await awsAccount();
  const put = (to: object) => aws.secrets.put('acme/admin', JSON.stringify(to));
  if (value) put(value);
  return { ...aws, put, credential: adminCredential('acme/admin', aws.secretsManager) };
}

afterEach(() => void vi.useRealTimers());

test('gives the key, and the client certificate where there is one', async () => {
  const { credential, put } = await account({ apiKey: 'sk-admin-1' });
  expect(await credential()).toEqual({ apiKey: 'sk-admin-1', origin: 'the admin secret acme/admin' });
  put({ apiKey: 'sk-admin-2', ...leaf });
  expect(await credential({ fresh: true })).toMatchObject({ apiKey: 'sk-admin-2', ...leaf });
});

test('is kept for minutes, not for the container’s life', async () => {
  vi.useFakeTimers({ toFake: ['Date'] });
  const { credential, put, calls } = await account({ apiKey: 'sk-admin-1' });
  await credential();
  put({ apiKey: 'sk-admin-2' });
  vi.setSystemTime(Date.now() + 4 * 60_000);
  expect(await credential()).toMatchObject({ apiKey: 'sk-admin-1' });
  expect(calls).toHaveLength(1);
  vi.setSystemTime(Date.now() + 2 * 60_000);
  expect(await credential()).toMatchObject({ apiKey: 'sk-admin-2' });
});

test('a key that was rotated is picked up at its first refusal', async () => {
  const { credential, put } = await account({ apiKey: 'sk-admin-1' });
  const { url, heard } = await scriptedApi(page([]), refusal(401, 'invalid_api_key', 'No.'), page([]));
  const certificates = openaiCertificates({ baseURL: url, credential });
  await certificates.list('proj_a');
  put({ apiKey: 'sk-admin-2' });
  await certificates.list('proj_a');
  expect(heard.at(-1)?.authorization).toBe('Bearer sk-admin-2');
});

test('a failure is not kept', async () => {
  const { credential, put } = await account();
  await expect(credential()).rejects.toMatchObject({ name: 'SecretMissing' });
  put({ apiKey: 'sk-admin-1' });
  expect(await credential()).toMatchObject({ apiKey: 'sk-admin-1' });
});

describe('is SecretInvalid by its field, never by its value', () => {
  test.for<[string, object, string]>([
    ['no apiKey', {}, 'apiKey'],
    ['an empty apiKey', { apiKey: '' }, 'apiKey'],
    ['a chain without its key', { apiKey: 'sk-1', certificateChain: leaf.certificateChain }, 'privateKey'],
    ['a key without its chain', { apiKey: 'sk-1', privateKey: leaf.privateKey }, 'certificateChain'],
    ['a key of another chain', { apiKey: 'sk-1', ...leaf, privateKey: other.privateKey }, 'privateKey'],
    [
      'a chain that is no PEM',
      { apiKey: 'sk-1', ...leaf, certificateChain: 'Recognizable' },
      'certificateChain',
    ],
  ])('with %s', async ([, value, field]) => {
    const { credential } = await account(value);
    const error = await credential().catch((thrown) => thrown);
    expect(error).toMatchObject({ name: 'SecretInvalid', message: expect.stringContaining(field) });
    expect(error.message).toContain('acme/admin');
    expect(error.message).not.toMatch(/BEGIN|Recognizable|sk-1/);
  });
});
