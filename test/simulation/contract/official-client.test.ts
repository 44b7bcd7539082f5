import OpenAI, { APIError } from 'openai';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createAuthority } from '../../../simulation/certificates/pki.ts';
import { serveCertificatesApi } from '../../../simulation/served/certificates-api.ts';
import { createOrganization } from '../../../simulation/world/organization.ts';
import type { SimulatedOrganization } from '../../../simulation/world/simulated-organization.ts';

const NOW = 1_780_000_000;
const DAY = 86_400;

let organization: SimulatedOrganization;
let newer: OpenAI;
let older: OpenAI;
let pem: string;
const open: { close(): Promise<void> }[] = [];

const clientOf = (baseURL: string, adminAPIKey = 'sk-admin') =>
  new OpenAI({ baseURL, adminAPIKey, apiKey: null, maxRetries: 0 });

beforeAll(async () => {
  pem = (await createAuthority({ name: 'acme', notBefore: NOW - DAY, notAfter: NOW + 90 * DAY })).pem;
});

beforeEach(async () => {
  organization = createOrganization({
    now: () => NOW,
    projects: Array.from({ length: 7 }, (_, i) => ({ id: `proj_${i}`, name: i ? `Project ${i}` : null })),
  });
  const options = { organization, adminKeys: { 'sk-admin': 'windlass' as const }, maxPageSize: 3 };
  const apis = await Promise.all([
    serveCertificatesApi(options),
    serveCertificatesApi({ ...options, toggleShape: 'list' }),
  ]);
  open.push(...apis);
  [newer, older] = apis.map(({ url }) => clientOf(url)) as [OpenAI, OpenAI];
});

afterAll(() => Promise.all(open.map((api) => api.close())));

const certificates = () => newer.admin.organization.certificates;
const projectCertificates = () => newer.admin.organization.projects.certificates;

function seed(count: number): string[] {
  const ids = Array.from({ length: count }, (_, i) => `cert_${i}`);
  ids.forEach((id, i) => {
    organization.seed({ id, name: null, createdAt: NOW + i, expiresAt: NOW + DAY, pem: null }, []);
  });
  return ids;
}

async function refusal(call: Promise<unknown> | PromiseLike<unknown>) {
  try {
    await call;
  } catch (error) {
    if (error instanceof APIError)
      return { status: error.status, code: error.code, param: error.param, type: error.type };
    throw error;
  }
  throw new Error('expected a refusal');
}

const badRequest = { status: 400, code: null, type: 'invalid_request_error' };

describe('certificates', () => {
  test('are uploaded, renamed, read with content on request, and deleted', async () => {
    const created = await certificates().create({ certificate: pem, name: 'acme@1' });
    expect(created).toEqual({
      object: 'certificate',
      id: created.id,
      name: 'acme@1',
      created_at: NOW,
      certificate_details: { valid_at: NOW - DAY, expires_at: NOW + 90 * DAY },
    });
    expect(await certificates().update(created.id, { name: 'acme@2' })).toMatchObject({ name: 'acme@2' });
    expect((await certificates().retrieve(created.id)).certificate_details.content).toBeUndefined();
    const full = await certificates().retrieve(created.id, { include: ['content'] });
    expect(full.certificate_details.content).toBe(pem);
    expect(full).not.toHaveProperty('active');
    expect(await certificates().delete(created.id)).toEqual({
      object: 'certificate.deleted',
      id: created.id,
    });
    expect(await refusal(certificates().retrieve(created.id))).toMatchObject({ status: 404 });
  });

  test('without a name have a null one', async () => {
    expect((await certificates().create({ certificate: pem })).name).toBeNull();
  });

  test('are listed to the end, newest first, in each scope', async () => {
    const ids = seed(10);
    const own: string[] = [];
    for await (const { id, object } of certificates().list({ limit: 100 })) {
      expect(object).toBe('organization.certificate');
      own.push(id);
    }
    expect(own).toEqual(ids.toReversed());
    const theirs: string[] = [];
    for await (const { id, object } of projectCertificates().list('proj_1', { order: 'asc' })) {
      expect(object).toBe('organization.project.certificate');
      theirs.push(id);
    }
    expect(theirs).toEqual(ids);
  });

  test('are refused beyond the quota of 50, and when they are no usable CA (F12)', async () => {
    expect(await refusal(certificates().create({ certificate: 'nonsense' }))).toEqual({
      ...badRequest,
      code: 'mtls_certificate_invalid',
      param: 'certificate',
    });
    const { pem: short } = await createAuthority({ name: 'x', notBefore: NOW - DAY, notAfter: NOW + DAY });
    expect(await refusal(certificates().create({ certificate: short }))).toMatchObject({
      code: 'expired_certificate',
    });
    seed(50);
    expect(await refusal(certificates().create({ certificate: pem }))).toMatchObject({ status: 400 });
  });

  test('stay while they are active anywhere (F6)', async () => {
    seed(1);
    await projectCertificates().activate('proj_1', { certificate_ids: ['cert_0'] });
    expect(await refusal(certificates().delete('cert_0'))).toMatchObject({
      ...badRequest,
      code: 'certificate_in_use',
    });
  });
});

describe('toggles', () => {
  test('answer in the newer shape, without paging (F3)', async () => {
    seed(2);
    const answer = await certificates()
      .activate({ certificate_ids: ['cert_1', 'cert_0'] })
      .asResponse();
    const body = (await answer.json()) as { data: { id: string; active: boolean }[] };
    expect(Object.keys(body).sort()).toEqual(['data', 'object']);
    expect(body).toMatchObject({ object: 'organization.certificate.activation' });
    expect(body.data.map(({ id, active }) => [id, active])).toEqual([
      ['cert_1', true],
      ['cert_0', true],
    ]);
    const cut = projectCertificates().deactivate('proj_1', { certificate_ids: ['cert_0'] });
    expect(await (await cut.asResponse()).json()).toMatchObject({
      object: 'organization.project.certificate.deactivation',
      data: [{ object: 'organization.project.certificate', active: false }],
    });
  });

  test('answer in the older shape when told (F3)', async () => {
    seed(1);
    const cut = older.admin.organization.certificates.activate({ certificate_ids: ['cert_0'] });
    expect(await (await cut.asResponse()).json()).toMatchObject({
      object: 'list',
      first_id: 'cert_0',
      last_id: 'cert_0',
      has_more: false,
    });
  });

  test.each(['newer', 'older'])('are read by the SDK in the %s shape', async (shape) => {
    seed(1);
    const client = shape === 'newer' ? newer : older;
    const page = await client.admin.organization.projects.certificates.activate('proj_1', {
      certificate_ids: ['cert_0'],
    });
    expect(page.data).toEqual([expect.objectContaining({ id: 'cert_0', active: true })]);
    expect(organization.changes.at(-1)).toMatchObject({ scope: 'proj_1', by: 'windlass' });
  });

  test('refuse 0 or 11 ids, an unknown id, an unknown project and a body of another form', async () => {
    const ids = seed(11);
    const toggle = (certificate_ids: string[]) => refusal(certificates().activate({ certificate_ids }));
    const param = 'certificate_ids';
    expect(await toggle([])).toEqual({ ...badRequest, param });
    expect(await toggle(ids)).toEqual({ ...badRequest, param });
    expect(await toggle(['cert_0', 'cert_nope'])).toEqual({ ...badRequest, param });
    expect(await refusal(certificates().activate({ data: ids } as never))).toEqual({
      ...badRequest,
      param,
    });
    for (const project of ['proj_nope', 'organization'])
      expect(await refusal(projectCertificates().activate(project, { certificate_ids: ids }))).toMatchObject({
        status: 404,
      });
    expect(organization.changes).toEqual([]);
  });
});

test('projects are listed to the end', async () => {
  const ids: string[] = [];
  for await (const { id } of newer.admin.organization.projects.list()) ids.push(id);
  expect(ids).toEqual(Array.from({ length: 7 }, (_, i) => `proj_${i}`));
});

test.each([0, 101])('refuses the limit %i', async (limit) => {
  expect(await refusal(certificates().list({ limit }))).toEqual({ ...badRequest, param: 'limit' });
});

test('refuses an unknown admin key, and logs it', async () => {
  const stranger = clientOf(newer.baseURL, 'sk-nope');
  expect(await refusal(stranger.admin.organization.certificates.list())).toMatchObject({
    status: 401,
    code: 'invalid_api_key',
  });
  expect(organization.calls).toEqual([{ at: NOW, op: 'list', scope: 'organization', status: 401 }]);
});

test('knows no other URL', async () => {
  expect(
    await refusal(newer.get('/organization/nothing', { headers: { Authorization: 'Bearer sk-admin' } })),
  ).toMatchObject({
    status: 404,
    code: 'unknown_url',
  });
});
