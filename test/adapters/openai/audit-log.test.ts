import { expect, it, onTestFinished } from 'vitest';
import { openaiAuditLog } from '../../../lambdas/adapters/openai/audit-log.ts';
import { serveCertificatesApi } from '../../../simulation/served/certificates-api.ts';
import { createOrganization } from '../../../simulation/world/organization.ts';
import type { Permission } from '../../../simulation/world/permissions.ts';

const NOW = 1_800_000_000;

type Options = {
  auditLog?: { isOn?: boolean; late?: number };
  permissions?: Permission[];
  reach?: { pages: number; milliseconds: number };
};
async function served(options: Options = {}) {
  const time = { now: NOW };
  const organization = createOrganization({ now: () => time.now, projects: [{ id: 'proj_a', name: null }] });
  for (const id of ['old', 'new'])
    organization.seed({ id, name: null, createdAt: 1, expiresAt: NOW + 9_999, pem: null }, ['proj_a']);
  const { auditLog, permissions, reach } = options;
  const { url, close } = await serveCertificatesApi({
    organization,
    adminKeys: { 'sk-admin': 'windlass' },
    maxPageSize: 2,
    ...(auditLog && { auditLog }),
    ...(permissions && { permissions: { 'sk-admin': permissions } }),
  });
  onTestFinished(close);
  return {
    time,
    organization,
    log: openaiAuditLog({ baseURL: url, credential: async () => ({ apiKey: 'sk-admin' }) }, reach),
  };
}

it('reads who changed what, when and where, page by page, since a time (F19)', async () => {
  const { time, organization, log } = await served();
  organization.toggle('proj_a', 'deactivate', ['old', 'new'], 'outsider');
  organization.rename('new', 'acme@2', 'person');
  for (const at of [10, 20, 30, 40]) {
    time.now = NOW + at;
    organization.toggle('organization', at % 20 === 0 ? 'deactivate' : 'activate', ['new']);
  }
  const { changes, wholeSince } = await log.changes(NOW);
  expect(wholeSince).toBe(NOW);
  expect(changes).toHaveLength(6);
  expect(changes.at(-2)).toMatchObject({
    ...{ at: NOW, type: 'certificates.deactivated', scope: 'proj_a', actor: 'key_outsider', isKey: true },
    anchors: ['old', 'new'],
  });
  expect(changes.at(-1)).toMatchObject({ type: 'certificate.updated', actor: 'user_person', isKey: false });
  expect((await log.changes(NOW + 30)).changes).toHaveLength(2);
});

it.each([
  { reach: { pages: 2, milliseconds: 30_000 }, read: [40, 30, 20, 10] },
  { reach: { pages: 100, milliseconds: -1 }, read: [40, 30] },
  { reach: { pages: 3, milliseconds: 30_000 }, read: [40, 30, 20, 10, 0] },
])('reads no more of a long log than $reach, and says from when on it has all', async ({ reach, read }) => {
  const { time, organization, log } = await served({ reach });
  for (const at of [0, 10, 20, 30, 40]) {
    time.now = NOW + at;
    organization.toggle('organization', at % 20 === 0 ? 'activate' : 'deactivate', ['new']);
  }
  const { changes, wholeSince } = await log.changes(NOW - 100);
  expect(changes.map(({ at }) => at - NOW)).toEqual(read);
  expect(wholeSince).toBe(NOW + (read.length < 5 ? (read.at(-1) ?? 0) : -100));
});

it('shows nothing where it is off or late, and is closed to a key without the permission', async () => {
  for (const auditLog of [{ isOn: false }, { late: 60 }]) {
    const { organization, log } = await served({ auditLog });
    organization.toggle('proj_a', 'deactivate', ['old']);
    expect((await log.changes(0)).changes).toEqual([]);
  }
  const { log } = await served({ permissions: ['api.mtls.read'] });
  await expect(log.changes(0)).rejects.toMatchObject({
    name: 'AdminKeyRefused',
    message: expect.stringContaining('lacks the audit log'),
  });
});
