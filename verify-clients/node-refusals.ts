import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import OpenAI, { APIError } from 'openai';
import { Agent, fetch } from 'undici';
import type { Checks } from '../deploy-local/checks.ts';
import type { Simulation } from '../rehearsal/simulate/simulate.ts';
import { every } from './node-sdk.ts';
import { clientOf } from './simulated.ts';
import type { Uploads } from './uploads.ts';

type Pair = { certificateFile: string; keyFile: string };

/**
 * The error of a call that has to be refused in this way. It carries the request id that a user quotes to get
 * help.
 */
async function refused(call: Promise<unknown>, status: number, code: string | null): Promise<APIError> {
  const error = await call.then(
    () => assert.fail('was not refused'),
    (error: unknown) => error,
  );
  if (!(error instanceof APIError)) throw error;
  assert.deepEqual([error.status, error.code], [status, code]);
  assert.match(error.requestID ?? '', /^req_/);
  return error;
}

const adminOf = ({ apiBase, adminKey }: Simulation, maxRetries = 0, adminAPIKey = adminKey) =>
  new OpenAI({ baseURL: apiBase, adminAPIKey, apiKey: null, maxRetries }).admin.organization;

/**
 * Runs the official Node.js SDK through the API's error paths (F12). `few` allows few calls, and its key may
 * change nothing.
 */
export async function nodeRefusals(
  checks: Checks,
  { ready, few, uploads }: { ready: Simulation; few: Simulation; uploads: Uploads },
): Promise<void> {
  const look = (what: string, check: () => Promise<void>) => checks.look(`Node SDK: ${what}`, check);
  const { certificates, projects } = adminOf(ready);
  await look('a wrong admin key is refused (F12)', async () => {
    const wrong = adminOf(ready, 0, 'sk-admin-wrong');
    await refused(every(wrong.certificates.list()), 401, 'invalid_api_key');
  });
  await look('what is no CA certificate, or ends within a day, is not taken (F12, F13)', async () => {
    const upload = (certificate: string) => certificates.create({ certificate });
    await refused(upload('no PEM'), 400, 'mtls_certificate_invalid');
    await refused(upload(await readFile(uploads.noAuthority, 'utf8')), 400, 'mtls_certificate_invalid');
    await refused(upload(await readFile(uploads.expiring, 'utf8')), 400, 'expired_certificate');
  });
  await look('unknown ids are 404, and a toggle takes one to ten known ones (F2)', async () => {
    await refused(certificates.retrieve('cert_none'), 404, null);
    await refused(certificates.update('cert_none', { name: 'x' }), 404, null);
    await refused(certificates.delete('cert_none'), 404, null);
    await refused(every(projects.certificates.list('proj_none')), 404, null);
    for (const certificate_ids of [[], ['cert_none'], Array(11).fill('cert_globex')])
      await refused(every(certificates.activate({ certificate_ids })), 400, null);
  });
  await look('an anchor that is active somewhere is not deleted (F6)', () =>
    refused(certificates.delete('cert_acme_old'), 400, 'certificate_in_use').then(() => {}),
  );
  await look('a limit out of range and an unknown cursor are refused (F4)', async () => {
    for (const query of [{ limit: 0 }, { limit: 101 }, { after: 'cert_none' }])
      await refused(every(certificates.list(query)), 400, null);
  });
  await look('a key without the permission is refused by its status (F12, F18)', async () => {
    const toggle = { certificate_ids: ['cert_globex'] };
    await refused(every(adminOf(few).certificates.activate(toggle)), 403, 'missing_scope');
    await refused(adminOf(few).certificates.delete('cert_globex'), 403, 'missing_scope');
  });
  await look('waits as long as a 429 says, and then gets through (F12)', async () => {
    await every(adminOf(few).certificates.list());
    const error = await refused(every(adminOf(few).certificates.list()), 429, 'rate_limit_exceeded');
    assert.equal(error.headers?.get('retry-after'), '1');
    assert.equal((await every(adminOf(few, 2).certificates.list())).length, 4);
  });
}

/**
 * Runs the official Node.js SDK as a client of the host: which clients get in, and the codes by which the
 * others are refused (F8, F11).
 */
export async function nodeTraffic(checks: Checks, ready: Simulation, uploads: Uploads): Promise<void> {
  const look = (what: string, check: () => Promise<void>) => checks.look(`Node SDK: ${what}`, check);
  const models = (name: string, pair?: Pair) => modelsSeen(ready, name, pair);
  const failed = (call: Promise<unknown>) => refused(call, 401, 'certificate_verification_failed');
  await look(
    'a client gets in with its leaf, through an intermediate too, and nowhere without (F8, F11)',
    async () => {
      for (const name of ['billing', 'batch'])
        assert.deepEqual(await models(name, clientOf(ready, name)), ['gpt-simulated']);
      assert.deepEqual(await models('sandbox'), ['gpt-simulated']);
      await refused(models('billing'), 401, 'certificate_required');
      await failed(models('billing', clientOf(ready, 'batch')));
      await failed(models('billing', clientOf(ready, 'billing-next')));
    },
  );
  await look(
    'a leaf without an AKI is invalid, and of an upload of several PEMs the first is the anchor (F7, F11)',
    async () => {
      const { certificates, projects } = adminOf(ready);
      const { id } = await certificates.create({ certificate: await readFile(uploads.several, 'utf8') });
      await failed(models('billing', uploads.leaf));
      await projects.certificates.activate('proj_billing', { certificate_ids: [id] });
      assert.deepEqual(await models('billing', uploads.leaf), ['gpt-simulated']);
      await refused(models('billing', uploads.leafWithoutAki), 401, 'invalid_certificate');
      await failed(models('billing', uploads.leafOfSecond));
      await projects.certificates.deactivate('proj_billing', { certificate_ids: [id] });
      await failed(models('billing', uploads.leaf));
    },
  );
}

/**
 * Runs the official Node.js SDK against an anchor with a filter. The leaf leads to the anchor, and is refused
 * for its attributes (F11, F16).
 */
export async function nodeFiltered(checks: Checks, ready: Simulation): Promise<void> {
  const own = (name: string) => modelsSeen(ready, name, clientOf(ready, name));
  await checks.look(
    "Node SDK: a leaf that its anchor's filter refuses is told so by its code (F11, F16)",
    async () => {
      assert.deepEqual(await own('billing'), ['gpt-simulated']);
      await refused(own('search'), 401, 'certificate_attribute_verification_failed');
    },
  );
}

/** The models that a client sees at the host with its key, with this leaf or with none. */
async function modelsSeen(ready: Simulation, name: string, pair?: Pair): Promise<string[]> {
  const client = clientOf(ready, name);
  const own = pair && { cert: await readFile(pair.certificateFile), key: await readFile(pair.keyFile) };
  const dispatcher = new Agent({ connect: { ca: await readFile(ready.caFile, 'utf8'), ...own } });
  const api = new OpenAI({
    ...{ baseURL: ready.mtlsBase, apiKey: 'apiKey' in client ? client.apiKey : '', maxRetries: 0 },
    // undici's own fetch matches its dispatcher, but its types differ from those of the global fetch.
    ...{ fetch: fetch as unknown as typeof globalThis.fetch, fetchOptions: { dispatcher } as object },
  });
  return every(api.models.list())
    .then((list) => list.map(({ id }) => id))
    .finally(() => dispatcher.destroy());
}
