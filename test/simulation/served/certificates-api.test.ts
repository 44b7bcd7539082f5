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
  return { organization, asked, toggle };
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
