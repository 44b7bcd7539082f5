import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { afterAll, describe, expect, onTestFinished, test } from 'vitest';
import { undiciProbe } from '../../../lambdas/adapters/hosts/probe.ts';
import { openaiCertificates } from '../../../lambdas/adapters/openai/certificates.ts';
import { ORGANIZATION } from '../../../lambdas/domain/anchor.ts';
import {
  createAuthority,
  issueIntermediate,
  issueLeaf,
  serverIdentity,
} from '../../../simulation/certificates/pki.ts';
import { serveCertificatesApi } from '../../../simulation/served/certificates-api.ts';
import { serveTrafficHost } from '../../../simulation/served/traffic-host.ts';
import { createOrganization } from '../../../simulation/world/organization.ts';

const identity = await serverIdentity();
const roots = getCACertificates('default');
setDefaultCACertificates([...roots, identity.ca]);
afterAll(() => setDefaultCACertificates(roots));

const now = Math.floor(Date.now() / 1000);
const valid = { notBefore: now - 86_400, notAfter: now + 30 * 86_400 };
const old = await createAuthority({ name: 'acme old', ...valid });
const next = await createAuthority({ name: 'acme new', ...valid });
const lower = await issueIntermediate(next, { name: 'acme issuing', ...valid });
const leafOfOld = await issueLeaf(old, { commonName: 'ingest', ...valid });
const leafOfNext = await issueLeaf(lower, { commonName: 'ingest', ...valid });

/** Two projects. The old anchor is active in the first, and the new anchor nowhere. Both adapters use it. */
async function scene(extra: { maxPageSize?: number; toggleShape?: 'list' | 'activation' } = {}) {
  const projects = [
    { id: 'proj_a', name: 'A' },
    { id: 'proj_b', name: null },
    { id: 'proj_gone', name: 'Gone', archivedAt: now - 1 },
  ];
  const organization = createOrganization({ now: () => now, projects });
  const seed = (id: string, pem: string, activeIn: string[]) =>
    organization.seed(
      { id, name: id, createdAt: now - 9, validAt: valid.notBefore, expiresAt: valid.notAfter, pem },
      activeIn,
    );
  seed('cert_old', old.pem, ['proj_a']);
  seed('cert_new', next.pem, []);
  const admin = { organization, adminKeys: { 'sk-admin': 'windlass' as const }, ...extra };
  const api = await serveCertificatesApi(admin);
  const host = await serveTrafficHost({ admin, projectKeys: { 'sk-proj-a': 'proj_a' }, identity });
  onTestFinished(async () => {
    await Promise.all([api.close(), host.close()]);
  });
  const reach = (baseURL: string, credential: object = {}) =>
    openaiCertificates({
      baseURL,
      credential: async () => ({ apiKey: 'sk-admin', ...credential }),
      maxRetries: 0,
    });
  const probe = (credential: object = {}) =>
    undiciProbe({ timeoutMs: 5_000 })(host.url, { apiKey: 'sk-proj-a', ...credential });
  return { organization, host, probe, certificates: reach(api.url), reach };
}

describe('the adapters against the simulated organization', () => {
  test.for(['list', 'activation'] as const)(
    'toggle with answers in the shape of a %s',
    async (toggleShape) => {
      const { certificates } = await scene({ toggleShape });
      await certificates.activate('proj_a', ['cert_new']);
      await certificates.deactivate('proj_a', ['cert_old']);
      const listing = await certificates.list('proj_a');
      expect(listing.map(({ anchorId, active }) => [anchorId, active]).sort()).toEqual([
        ['cert_new', true],
        ['cert_old', false],
      ]);
      expect((await certificates.list(ORGANIZATION)).every(({ active }) => !active)).toBe(true);
    },
  );

  test('read everything, however small the pages are', async () => {
    const { certificates } = await scene({ maxPageSize: 1 });
    expect(await certificates.list(ORGANIZATION)).toHaveLength(2);
    expect((await certificates.projects()).map(({ projectId }) => projectId).sort()).toEqual([
      'proj_a',
      'proj_b',
    ]);
    expect(await certificates.content('cert_new')).toBe(next.pem);
  });

  test('name what is not there', async () => {
    const { certificates } = await scene();
    await expect(certificates.list('proj_z')).rejects.toMatchObject({ name: 'UnknownProject' });
    await expect(certificates.content('cert_z')).rejects.toMatchObject({ name: 'UnknownAnchor' });
    await expect(certificates.activate('proj_a', ['cert_z'])).rejects.toMatchObject({
      message: expect.stringContaining('cert_z'),
    });
  });

  test('see who gets in through a rotation, with its control', async () => {
    const { certificates, probe } = await scene();
    expect(await probe()).toEqual({ kind: 'refused', code: 'certificate_required' });
    expect(await probe(leafOfOld)).toMatchObject({ kind: 'accepted' });
    expect(await probe(leafOfNext)).toEqual({ kind: 'refused', code: 'certificate_verification_failed' });
    await certificates.activate('proj_a', ['cert_new']);
    expect(await probe(leafOfNext)).toMatchObject({ kind: 'accepted' });
    await certificates.deactivate('proj_a', ['cert_old']);
    expect(await probe(leafOfOld)).toEqual({ kind: 'refused', code: 'certificate_verification_failed' });
  });

  test('pass an enforcing organization with the admin’s own certificate (F10)', async () => {
    const { certificates, host, reach } = await scene();
    await certificates.activate(ORGANIZATION, ['cert_new']);
    await expect(reach(host.url).list('proj_a')).rejects.toMatchObject({ name: 'AdminKeyRefused' });
    expect(await reach(host.url, leafOfNext).list('proj_a')).toHaveLength(2);
  });
});
