import { expect, it, onTestFinished } from 'vitest';
import { openaiCertificates } from '../../../lambdas/adapters/openai/certificates.ts';
import { ORGANIZATION } from '../../../lambdas/domain/anchor.ts';
import { retryableErrors } from '../../../lambdas/domain/errors.ts';
import { serveCertificatesApi } from '../../../simulation/served/certificates-api.ts';
import { createOrganization } from '../../../simulation/world/organization.ts';
import type { Permission } from '../../../simulation/world/permissions.ts';

/** The certificates API as a key with these permissions sees it. */
async function allowed(...permissions: Permission[]) {
  const organization = createOrganization({
    now: () => 1_800_000_000,
    projects: [{ id: 'proj_a', name: null }],
  });
  organization.seed({ id: 'cert_a', name: null, createdAt: 1, expiresAt: 1_900_000_000, pem: 'PEM' }, []);
  const { url, close } = await serveCertificatesApi({
    organization,
    adminKeys: { 'sk-admin': 'windlass' },
    permissions: { 'sk-admin': permissions },
  });
  onTestFinished(close);
  return openaiCertificates({
    baseURL: url,
    credential: async () => ({ apiKey: 'sk-admin', origin: 'the admin secret acme/admin' }),
  });
}
const lacking = (permission: Permission) => ({
  name: 'AdminKeyRefused',
  message: expect.stringContaining(`the role of the key in the admin secret acme/admin lacks ${permission}`),
});

it('a key that may only read is told which permission it lacks, when it is to change something (F18)', async () => {
  const api = await allowed('api.mtls.read', 'the listing of projects');
  expect(await api.list(ORGANIZATION)).toHaveLength(1);
  await expect(api.activate('proj_a', ['cert_a'])).rejects.toMatchObject(lacking('api.mtls.write'));
  await expect(api.deactivate('proj_a', ['cert_a'])).rejects.toMatchObject(lacking('api.mtls.write'));
});

it('a key that may not list projects, or not read, is told so', async () => {
  const api = await allowed('api.mtls.write');
  await expect(api.projects()).rejects.toMatchObject(lacking('the listing of projects'));
  await expect(api.list('proj_a')).rejects.toMatchObject(lacking('api.mtls.read'));
  await expect(api.content('cert_a')).rejects.toMatchObject(lacking('api.mtls.read'));
});

it('is never taken for an outage: the machine does not try again', () => {
  expect(retryableErrors).not.toContain('AdminKeyRefused');
});
