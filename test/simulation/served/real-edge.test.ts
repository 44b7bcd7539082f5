import { connect as connectHttp2 } from 'node:http2';
import { connect, getCACertificates, setDefaultCACertificates, type TLSSocket } from 'node:tls';
import { Agent, fetch } from 'undici';
import { afterAll, afterEach, describe, expect, onTestFinished, test } from 'vitest';
import { undiciExchange } from '../../../lambdas/adapters/hosts/exchange.ts';
import { undiciProbe } from '../../../lambdas/adapters/hosts/probe.ts';
import {
  createAuthority,
  issueIntermediate,
  issueLeaf,
  type LeafCredential,
  serverIdentity,
} from '../../../simulation/certificates/pki.ts';
import { serveTokenHost } from '../../../simulation/served/token-host.ts';
import { serveTrafficHost } from '../../../simulation/served/traffic-host.ts';
import { createOrganization } from '../../../simulation/world/organization.ts';
import { createWorkloadIdentities } from '../../../simulation/world/workload-identities.ts';

const NOW = 2_100_000_000;
const validity = { notBefore: NOW - 86_400, notAfter: NOW + 90 * 86_400 };
const identity = serverIdentity();
const roots = getCACertificates('default');
setDefaultCACertificates([...roots, identity.ca]);
afterAll(() => setDefaultCACertificates(roots));

const [retiring, successor] = ['retiring', 'successor'].map((name) => createAuthority({ name, ...validity }));
if (!retiring || !successor) throw new Error('there are two authorities');
const old = issueLeaf(retiring, { commonName: 'ledger', ...validity });
const next = issueLeaf(successor, { commonName: 'ledger', ...validity });
const deep = issueLeaf(issueIntermediate(retiring, { name: 'issuing', ...validity }), {
  ...{ commonName: 'deep', ...validity },
});

const open: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const one of open.splice(0).reverse()) await one.close();
});

/** Both hosts of an organization whose only project has the retiring anchor active. */
async function edge() {
  const organization = createOrganization({ now: () => NOW, projects: [{ id: 'proj_a', name: null }] });
  const [was, is] = [retiring, successor].map(
    (authority) => organization.upload({ certificate: authority?.pem ?? '' }).id,
  );
  organization.toggle('proj_a', 'activate', [was ?? '']);
  const identities = createWorkloadIdentities({ now: () => NOW });
  identities.addProvider('idp', 'subject.common_name');
  identities.map({ provider: 'idp', identity: 'ledger', account: 'svc', project: 'proj_a' });
  const admin = { organization, adminKeys: { 'sk-admin': 'windlass' as const } };
  const host = await serveTrafficHost({ admin, projectKeys: { 'sk-a': 'proj_a' }, identities, identity });
  open.push(host);
  const tokens = await serveTokenHost({ organization, identities, identity });
  open.push(tokens);
  const cut = () => {
    organization.toggle('proj_a', 'activate', [is ?? '']);
    organization.toggle('proj_a', 'deactivate', [was ?? '']);
  };
  return { host: host.url, authHost: tokens.url, cut };
}

/** Makes one GET over HTTP/1.1, in a new session or in `session`. Returns the session to go on with. */
function getModels(
  url: string,
  { certificateChain: cert, privateKey: key }: LeafCredential,
  session?: Buffer,
) {
  const { promise, resolve, reject } = Promise.withResolvers<{
    verdict: string;
    session: Buffer | undefined;
  }>();
  let [answer, ticket]: [string, Buffer | undefined] = ['', undefined];
  const at = { port: Number(new URL(url).port), servername: 'localhost', ca: identity.ca };
  const socket: TLSSocket = connect({ ...at, cert, key, ...(session && { session }) });
  socket.on('session', (given) => {
    ticket = given;
  });
  socket.on('error', reject).on('data', (data) => {
    answer += data;
  });
  socket.on('end', () => {
    const code = /"code":"(\w+)"/.exec(answer)?.[1] ?? /^HTTP\/1.1 (\d+)/.exec(answer)?.[1] ?? '';
    resolve({ verdict: `${socket.isSessionReused() ? 'resumed' : 'new'} ${code}`, session: ticket });
  });
  const headers = 'host: x\r\nauthorization: bearer sk-a\r\nconnection: close';
  socket.write(`GET /v1/models HTTP/1.1\r\n${headers}\r\n\r\n`);
  return promise;
}

/** One HTTP/2 session, in which calls follow each other. */
function http2Caller(url: string, credential?: LeafCredential) {
  const { certificateChain: cert, privateKey: key } = credential ?? {};
  const session = connectHttp2(new URL(url).origin, {
    ca: identity.ca,
    ...(cert && key ? { cert, key } : {}),
  });
  onTestFinished(() => session.destroy());
  return () =>
    new Promise<{ status: number; id: string; code: string | undefined }>((resolve, reject) => {
      let [head, body]: [Record<string, unknown>, string] = [{}, ''];
      session
        .request({ ':path': '/v1/models', authorization: 'BEARER sk-a' })
        .on('response', (headers) => {
          head = headers;
        })
        .on('data', (data) => {
          body += data;
        })
        .on('end', () => {
          const { code } = JSON.parse(body).error ?? {};
          resolve({ status: Number(head[':status']), id: String(head['x-request-id']), code });
        })
        .on('error', reject);
    });
}

describe('a probe needs a TLS session of its own (I8): one that resumed', () => {
  const probe = undiciProbe({ timeoutMs: 5_000 });

  test('would be let in with a leaf that no active anchor vouches for, and call the successor proven', async () => {
    const { host } = await edge();
    const { session } = await getModels(host, old);
    expect((await getModels(host, next, session)).verdict).toBe('resumed 200');
    expect((await getModels(host, next)).verdict).toBe('new certificate_verification_failed');
    expect(await probe(host, { apiKey: 'sk-a', ...next })).toEqual({
      kind: 'refused',
      code: 'certificate_verification_failed',
    });
  });

  test('would be let in with the old leaf after the cut, and call nothing revoked', async () => {
    const { host, cut } = await edge();
    cut();
    const { session } = await getModels(host, next);
    expect((await getModels(host, old, session)).verdict).toBe('resumed 200');
    expect(await probe(host, { apiKey: 'sk-a', ...old })).toMatchObject({ kind: 'refused' });
  });

  test('would keep the verdict on a leaf that is replaced, and call a good one refused', async () => {
    const { host, cut } = await edge();
    const { session } = await getModels(host, old);
    cut();
    expect((await getModels(host, next, session)).verdict).toBe('resumed certificate_verification_failed');
    expect(await probe(host, { apiKey: 'sk-a', ...next })).toMatchObject({ kind: 'accepted' });
  });
});

test('goes on with the intermediates of a session that goes on', async () => {
  const { host } = await edge();
  const { session, verdict } = await getModels(host, deep);
  expect([verdict, (await getModels(host, deep, session)).verdict]).toEqual(['new 200', 'resumed 200']);
});

test('speaks HTTP/2 and HTTP/1.1, and HTTP/1.1 with whoever names neither', async () => {
  const { host, authHost } = await edge();
  for (const url of [host, authHost])
    for (const [offered, taken] of [
      [['h2', 'http/1.1'], 'h2'],
      [['http/1.1', 'h2'], 'h2'],
      [['http/1.1'], 'http/1.1'],
      [undefined, false],
    ] as const) {
      const { promise, resolve, reject } = Promise.withResolvers<string | false | null>();
      const at = { port: Number(new URL(url).port), servername: 'localhost', ca: identity.ca };
      const socket = connect({ ...at, ...(offered && { ALPNProtocols: [...offered] }) });
      socket.on('error', reject).on('secureConnect', () => resolve(socket.alpnProtocol));
      expect(await promise).toBe(taken);
      socket.destroy();
    }
});

test('judges each request of an HTTP/2 session by the leaf that it began with and by what is active now', async () => {
  const { host, cut } = await edge();
  const [before, after, bare] = [http2Caller(host, old), http2Caller(host, next), http2Caller(host)];
  expect(await before()).toMatchObject({ status: 200 });
  expect(await after()).toMatchObject({ status: 401, code: 'certificate_verification_failed' });
  expect(await bare()).toMatchObject({ status: 401, code: 'certificate_required' });
  cut();
  expect(await before()).toMatchObject({ status: 401, code: 'certificate_verification_failed' });
  expect(await after()).toMatchObject({ status: 200 });
  expect(await http2Caller(host, deep)()).toMatchObject({ status: 401 });
});

test('HTTP/2 changes nothing for the probe and the exchange: each speaks HTTP/1.1, on a connection of its own', async () => {
  const { host, authHost } = await edge();
  const seen: unknown[] = [];
  const { subscribe, unsubscribe } = await import('node:diagnostics_channel');
  const onConnected = (message: unknown) =>
    void seen.push((message as { socket: TLSSocket }).socket.alpnProtocol);
  subscribe('undici:client:connected', onConnected);
  onTestFinished(() => void unsubscribe('undici:client:connected', onConnected));
  const probe = undiciProbe({ timeoutMs: 5_000 });
  const exchange = undiciExchange({ authHost, timeoutMs: 5_000 });
  for (let i = 0; i < 2; i++)
    expect(await probe(host, { apiKey: 'sk-a', ...old })).toMatchObject({ kind: 'accepted' });
  const claimed = { identityProviderId: 'idp', serviceAccountId: 'svc', ...old };
  for (let i = 0; i < 2; i++) expect(await exchange(claimed)).toMatchObject({ kind: 'accepted' });
  expect(seen).toEqual(Array(4).fill('http/1.1'));
});

test('gives every answer an id of its own, refused or not, in either version of HTTP and on every host', async () => {
  const { host, authHost } = await edge();
  const ids: string[] = [];
  for (const allowH2 of [true, false]) {
    const dispatcher = new Agent({ allowH2, connect: { ca: identity.ca } });
    onTestFinished(() => dispatcher.destroy());
    for (const [url, key] of [
      [`${host}/models`, 'sk-a'],
      [`${host}/nowhere`, 'sk-a'],
      [`${host}/models`, 'wrong'],
      [`${host}/organization/certificates`, 'sk-admin'],
      [`${host}/organization/nowhere`, 'sk-admin'],
      [`${authHost}/oauth/token`, 'wrong'],
      [`${authHost}/nowhere`, 'wrong'],
    ]) {
      const answer = await fetch(url ?? '', { dispatcher, headers: { authorization: `bEaReR ${key}` } });
      ids.push(answer.headers.get('x-request-id') ?? 'none');
    }
  }
  expect(ids).toEqual(ids.map(() => expect.stringMatching(/^req_[0-9a-f]{32}$/)));
  expect(new Set(ids).size).toBe(14);
});
