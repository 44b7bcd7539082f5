import { afterEach, expect, test } from 'vitest';
import { certificatesApi, serveCertificatesApi } from '../../../simulation/served/certificates-api.ts';
import type { Interception } from '../../../simulation/served/interception.ts';
import { createOrganization } from '../../../simulation/world/organization.ts';

const open: { close(): Promise<void> }[] = [];
afterEach(() => Promise.all(open.splice(0).map((api) => api.close())));

async function intercepted(answer: Interception) {
  const organization = createOrganization({
    now: () => 1_780_000_000,
    projects: [{ id: 'proj_a', name: null }],
  });
  organization.seed({ id: 'cert_0', name: null, createdAt: 1, expiresAt: 2, pem: null }, []);
  const asked: object[] = [];
  const api = await serveCertificatesApi({
    organization,
    adminKeys: { 'sk-admin': 'windlass', 'sk-other': 'outsider' },
    intercept: (call) => {
      asked.push(call);
      return answer;
    },
  });
  open.push(api);
  const toggle = (key = 'sk-admin', body: string = JSON.stringify({ certificate_ids: ['cert_0'] })) =>
    fetch(`${api.url}/organization/projects/proj_a/certificates/activate`, {
      method: 'POST',
      headers: { authorization: `Bearer ${key}` },
      body,
    });
  return { organization, api, asked, toggle };
}

test('an interception is told the operation and the scope, and may let it pass', async () => {
  const { organization, asked, toggle } = await intercepted(undefined);
  expect((await toggle()).status).toBe(200);
  expect(asked).toEqual([{ op: 'activate', scope: 'proj_a' }]);
  expect(organization.isActive('proj_a', 'cert_0')).toBe(true);
});

test('an interception that answers keeps the operation from event, and is logged', async () => {
  const { organization, toggle } = await intercepted(new Response('{}', { status: 503 }));
  expect((await toggle()).status).toBe(503);
  expect(organization.isActive('proj_a', 'cert_0')).toBe(false);
  expect(organization.calls).toMatchObject([{ op: 'activate', status: 503 }]);
});

test('a reset happens before the operation, a dropped reply after it', async () => {
  const reset = await intercepted('reset');
  await expect(reset.toggle()).rejects.toThrow();
  expect(reset.organization.isActive('proj_a', 'cert_0')).toBe(false);
  const dropped = await intercepted('drop-reply');
  await expect(dropped.toggle()).rejects.toThrow();
  expect(dropped.organization.isActive('proj_a', 'cert_0')).toBe(true);
});

test('an unreadable body is a 400, and a key names whose doing a toggle is', async () => {
  const { organization, toggle } = await intercepted(undefined);
  const answer = await toggle('sk-admin', '{half');
  expect(answer.status).toBe(400);
  expect(await answer.json()).toMatchObject({ error: { type: 'invalid_request_error' } });
  expect(organization.calls.at(-1)).toMatchObject({ status: 400 });
  await toggle('sk-other');
  expect(organization.changes.at(-1)).toMatchObject({ by: 'outsider' });
});

test('a key that is a word of the language itself is unknown like any other', async () => {
  const organization = createOrganization({ now: () => 0, projects: [] });
  const api = certificatesApi({ organization, adminKeys: {} });
  const headers = { authorization: 'Bearer constructor' };
  expect((await api.request('/v1/organization/certificates', { headers })).status).toBe(401);
  expect((await api.request('/v1/organization/certificates')).status).toBe(401);
});

test('a known path says which methods it takes, and an unknown one that it is unknown', async () => {
  const { api } = await intercepted(undefined);
  const ask = async (method: string, path: string) => {
    const { status, headers } = await fetch(`${api.url}/organization/${path}`, { method });
    return [status, headers.get('allow')];
  };
  expect(await ask('PUT', 'certificates')).toEqual([405, 'GET, POST']);
  expect(await ask('PATCH', 'certificates/cert_0')).toEqual([405, 'GET, POST, DELETE']);
  expect(await ask('PUT', 'projects/proj_a/certificates/activate')).toEqual([405, 'POST']);
  expect(await ask('PUT', 'certificates/activate')).toEqual([405, 'POST']);
  expect(await ask('GET', 'elsewhere')).toEqual([404, null]);
});

test('include_archived is a truth value or refused', async () => {
  const { api } = await intercepted(undefined);
  const ask = async (query: string) =>
    (
      await fetch(`${api.url}/organization/projects${query}`, {
        headers: { authorization: 'bearer sk-admin' },
      })
    ).status;
  expect([await ask(''), await ask('?include_archived=true'), await ask('?include_archived=yes')]).toEqual([
    200, 200, 400,
  ]);
});

test('the audit log tells of uploads, renamings and deletions beside toggles, and is read by time, kind and project (F19)', async () => {
  const { api, toggle } = await intercepted(undefined);
  const authorization = 'Bearer sk-other';
  const ask = async (path: string, init: RequestInit = {}) =>
    (await (
      await fetch(`${api.url}/organization/${path}`, { headers: { authorization }, ...init })
    ).json()) as {
      id: string;
      data: { type: string; effective_at: number }[];
    };
  await toggle('sk-other');
  await ask('certificates/cert_0', { method: 'POST', body: '{"name":"acme@2"}' });
  await ask('certificates/cert_0', { method: 'POST', body: '{}' });
  await ask('certificates/cert_none', { method: 'DELETE' });
  const types = async (query: string) => (await ask(`audit_logs?${query}`)).data.map(({ type }) => type);
  expect(await types('')).toEqual(['certificates.activated', 'certificate.updated']);
  expect(await types('event_types[]=certificate.updated')).toEqual(['certificate.updated']);
  expect(await types('project_ids[]=proj_a')).toEqual(['certificates.activated']);
  expect(await types('effective_at[gte]=1780000000')).toHaveLength(2);
  expect(await types('effective_at[gt]=1780000000')).toEqual([]);
  expect(await types('effective_at[lt]=1780000000')).toEqual([]);
});
