import { existsSync, readFileSync, statSync } from 'node:fs';
import { createServer } from 'node:http';
import { dirname } from 'node:path';
import OpenAI from 'openai';
import { Agent, fetch } from 'undici';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { type Simulation, serveSimulation } from '../../rehearsal/simulate/simulate.ts';
import { listenOnLoopback } from '../../simulation/served/loopback.ts';

let ready: Simulation;
let close: () => Promise<void>;

beforeAll(async () => {
  ({ ready, close } = await serveSimulation());
});
afterAll(() => close());

const clientNamed = (name: string) => {
  const client = ready.clients.find((each) => each.name === name);
  if (!client) throw new Error(`no client ${name}`);
  return client;
};

async function call(name: string, withCertificate = true): Promise<string> {
  return callOf(ready, name, withCertificate);
}

async function callOf(ready: Simulation, name: string, withCertificate = true): Promise<string> {
  const client = ready.clients.find((each) => each.name === name);
  if (!client) throw new Error(`no client ${name}`);
  const { certificateFile, keyFile } = client;
  const pair = withCertificate ? { cert: readFileSync(certificateFile), key: readFileSync(keyFile) } : {};
  const dispatcher = new Agent({ connect: { ca: readFileSync(ready.caFile), ...pair } });
  const apiKey = 'apiKey' in client ? client.apiKey : await tokenFor(ready.authBase, client, dispatcher);
  if (apiKey === null) return 'certificate_verification_failed';
  const answer = await fetch(`${ready.mtlsBase}/models`, {
    dispatcher,
    headers: { authorization: `Bearer ${apiKey}` },
  });
  const { error } = (await answer.json()) as { error?: { code: string } };
  await dispatcher.destroy();
  return error?.code ?? 'accepted';
}

/** Returns a token for the leaf of a keyless client, or null where it gets none. */
async function tokenFor(
  authBase: string,
  ids: { identityProviderId: string; serviceAccountId: string },
  dispatcher: Agent,
) {
  const body = JSON.stringify({
    grant_type: 'urn:ietf:params:oauth:grant-type:token-exchange',
    subject_token_type: 'urn:openai:params:oauth:token-type:x509',
    identity_provider_id: ids.identityProviderId,
    service_account_id: ids.serviceAccountId,
  });
  const headers = { 'content-type': 'application/json' };
  const answer = await fetch(`${authBase}/oauth/token`, { dispatcher, method: 'POST', headers, body });
  return ((await answer.json()) as { access_token?: string }).access_token ?? null;
}

const admin = () =>
  new OpenAI({ baseURL: ready.apiBase, adminAPIKey: ready.adminKey, apiKey: null, maxRetries: 0 });

test('prints as one JSON line that holds no key material', () => {
  expect(JSON.stringify(ready)).not.toMatch(/BEGIN|\n/);
  expect(ready.apiBase).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/v1$/);
  expect(ready.mtlsBase).toMatch(/^https:\/\/localhost:\d+\/v1$/);
  expect(ready.authBase).toMatch(/^https:\/\/localhost:\d+$/);
});

test('has keyless clients, with two ids in the place of a key (F17)', () => {
  const keyless = ready.clients.filter((client) => !('apiKey' in client));
  expect(keyless.map(({ name }) => name)).toEqual(['ledger', 'ledger-next']);
  for (const client of keyless) {
    expect(client).toHaveProperty('identityProviderId');
    expect(client).toHaveProperty('serviceAccountId');
  }
});

test('keeps its keys in private files', () => {
  for (const { keyFile } of ready.clients) expect(statSync(keyFile).mode & 0o777).toBe(0o600);
  expect(statSync(dirname(ready.caFile)).mode & 0o777).toBe(0o700);
});

test('names for each client the anchor that lets it in', async () => {
  const certificates = admin().admin.organization.projects.certificates;
  for (const { name, project, anchor } of ready.clients) {
    const active: string[] = [];
    for await (const { id, active: on } of certificates.list(project)) if (on) active.push(id);
    const expected = active.length === 0 || active.includes(anchor);
    expect([name, await call(name)]).toEqual([
      name,
      expected ? 'accepted' : 'certificate_verification_failed',
    ]);
  }
});

test('asks callers for a certificate, but not in the project without enforcement', async () => {
  expect(await call('billing', false)).toBe('certificate_required');
  expect(await call('sandbox', false)).toBe('accepted');
});

test('can be rotated by hand', async () => {
  const certificates = admin().admin.organization.projects.certificates;
  const { project, anchor } = clientNamed('billing-next');
  await certificates.activate(project, { certificate_ids: [anchor] });
  expect(await call('billing-next')).toBe('accepted');
  expect(await call('billing')).toBe('accepted');
  await certificates.deactivate(project, { certificate_ids: [clientNamed('billing').anchor] });
  expect(await call('billing')).toBe('certificate_verification_failed');
});

test('removes its files when it closes', async () => {
  const second = await serveSimulation();
  const directory = dirname(second.ready.caFile);
  expect(existsSync(directory)).toBe(true);
  await second.close();
  expect(existsSync(directory)).toBe(false);
});

describe('conditions', () => {
  async function simulated(options: Parameters<typeof serveSimulation>[0]) {
    const { ready, close } = await serveSimulation(options);
    onTestFinished(close);
    const headers = { authorization: `Bearer ${ready.adminKey}` };
    const list = (path: string) => globalThis.fetch(`${ready.apiBase}/organization/${path}`, { headers });
    return { ready, list };
  }

  test('as many projects as are wanted, each with a client that gets in and its next leaf', async () => {
    const { ready, list } = await simulated({ projects: 7 });
    const { data } = (await (await list('projects?limit=100')).json()) as { data: { id: string }[] };
    expect(data.map(({ id }) => id)).toContain('proj_00007');
    expect(data).toHaveLength(7);
    const clients = ready.clients.filter(({ project }) => project === 'proj_00007');
    expect(clients.map(({ anchor }) => anchor)).toEqual(['cert_acme_old', 'cert_acme_new']);
    const fewer = await simulated({ projects: 1 });
    expect(new Set(fewer.ready.clients.map(({ project }) => project))).toEqual(new Set(['proj_billing']));
  });

  test('calls beyond the rate limit are refused with when to come again, and all take as long as is said', async () => {
    const { list } = await simulated({ rateLimit: 60, latency: 50 });
    const begun = performance.now();
    expect((await list('certificates')).status).toBe(200);
    expect(performance.now() - begun).toBeGreaterThanOrEqual(49);
    const refused = await list('certificates');
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([429, '1']);
  });

  test('an admin key that lacks a permission is refused what needs it, and nothing else (F18)', async () => {
    const { ready, list } = await simulated({ without: ['api.mtls.write', 'the listing of projects'] });
    const { certificates } = new OpenAI({
      ...{ baseURL: ready.apiBase, adminAPIKey: ready.adminKey, apiKey: null, maxRetries: 0 },
    }).admin.organization;
    const write = async () => certificates.activate({ certificate_ids: ['cert_acme_new'] });
    await expect(write()).rejects.toMatchObject({ status: 403, code: 'missing_scope' });
    const statuses = ['certificates', 'projects', 'audit_logs'].map(
      async (path) => (await list(path)).status,
    );
    expect(await Promise.all(statuses)).toEqual([200, 403, 200]);
    const closed = await simulated({ without: ['the audit log'] });
    expect((await closed.list('audit_logs')).status).toBe(403);
  });

  test('a leaf that the filter of its anchor refuses is refused by that code, and others of the anchor are not (F11, F16)', async () => {
    const filters = { cert_acme_old: 'subject.common_name != "search"' };
    const { ready } = await simulated({ filters });
    expect(await callOf(ready, 'search')).toBe('certificate_attribute_verification_failed');
    expect(await callOf(ready, 'billing')).toBe('accepted');
  });

  test.each([
    [{ cert_acme_od: 'true' }, /cert_acme_od: is no anchor here; did you mean cert_acme_old\?/],
    [{ cert_acme_old: 'subject.' }, /cert_acme_old: is no CEL filter/],
    [
      ['true'],
      /the list of filters has to hold CEL filters by the ids of their anchors, such as .*: the file: is a list/,
    ],
  ])('filters %j are refused by name', async (filters, message) => {
    await expect(serveSimulation({ filters })).rejects.toMatchObject({
      name: 'InvalidInput',
      message: expect.stringMatching(message),
    });
  });

  test('a project with its data in a region is answered by that host alone, and the list of projects says where it is (F10, F11)', async () => {
    const { ready, list } = await simulated({ residencies: { proj_search: 'EU_STORAGE_PROCESSING' } });
    expect(await callOf(ready, 'search')).toBe('incorrect_hostname');
    expect(await callOf({ ...ready, mtlsBase: ready.regionalBases?.eu ?? '' }, 'search')).toBe('accepted');
    expect(await callOf(ready, 'billing')).toBe('accepted');
    const { data } = (await (await list('projects')).json()) as {
      data: { id: string; residency?: string }[];
    };
    expect(data.find(({ id }) => id === 'proj_search')?.residency).toBe('EU_STORAGE_PROCESSING');
  });

  test.each([
    [{ proj_serch: 'GLOBAL' }, /proj_serch: is no project here; did you mean proj_search\?/],
    [{ proj_search: 'eu' }, /proj_search: "eu" is not a residency as the API has it, such as/],
    [['GLOBAL'], /the list of residencies has to hold residencies by the ids of their projects, such as/],
  ])('residencies %j are refused by name', async (residencies, message) => {
    await expect(serveSimulation({ residencies })).rejects.toMatchObject({
      name: 'InvalidInput',
      message: expect.stringMatching(message),
    });
  });

  test('an audit log that is late, or switched off, tells nothing yet (F19)', async () => {
    for (const [auditLog, expected] of [
      [{}, 1],
      [{ late: 900 }, 0],
      [{ isOn: false }, 0],
    ] as const) {
      const { ready, list } = await simulated({ auditLog });
      const { certificates } = new OpenAI({
        ...{ baseURL: ready.apiBase, adminAPIKey: ready.adminKey, apiKey: null },
      }).admin.organization.projects;
      await certificates.activate('proj_sandbox', { certificate_ids: ['cert_globex'] });
      const { data } = (await (await list('audit_logs')).json()) as { data: unknown[] };
      expect(data).toHaveLength(expected);
    }
  });

  test('on the ports that are asked for, or one line that says which are not free', async () => {
    const port = await threeFreePorts();
    const { ready } = await simulated({ port });
    expect([ready.apiBase, ready.mtlsBase, ready.authBase]).toEqual([
      `http://127.0.0.1:${port}/v1`,
      `https://localhost:${port + 1}/v1`,
      `https://localhost:${port + 2}`,
    ]);
    await expect(serveSimulation({ port })).rejects.toMatchObject({
      name: 'InvalidInput',
      message: `--port ${port}: ports ${port} to ${port + 2} are not all free: name another one, or leave --port out`,
    });
  });
});

/**
 * Returns the first of three consecutive free ports. They lie below the ports that the system gives to
 * outgoing connections and to servers that ask for any port. Tests beside this one open many of those, and
 * took the second or the third.
 */
async function threeFreePorts(): Promise<number> {
  for (let first = 20_000 + (process.pid % 4_000) * 3; ; first += 3) {
    const open = await Promise.allSettled(
      [0, 1, 2].map((at) => listenOnLoopback(createServer(), first + at)),
    );
    for (const held of open) if (held.status === 'fulfilled') await held.value.close();
    if (open.every(({ status }) => status === 'fulfilled')) return first;
    if (first > 32_000) throw new Error('no three ports between 20000 and 32003 are free together');
  }
}
