import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer, type ServerOptions } from 'node:https';
import { createServer as createTcpServer } from 'node:net';
import { getCACertificates, setDefaultCACertificates, type TLSSocket } from 'node:tls';
import { afterAll, describe, expect, onTestFinished, test } from 'vitest';
import { undiciProbe } from '../../lambdas/adapters/hosts/probe.ts';
import { createAuthority, issueLeaf, serverIdentity } from '../../simulation/certificates/pki.ts';
import { listenOnLoopback } from '../../simulation/served/loopback.ts';

const identity = await serverIdentity();
const roots = getCACertificates('default');
setDefaultCACertificates([...roots, identity.ca]);
afterAll(() => setDefaultCACertificates(roots));

const now = Math.floor(Date.now() / 1000);
const valid = { notBefore: now - 3_600, notAfter: now + 86_400 };
const acme = await createAuthority({ name: 'acme-root', ...valid });
const leaf = await issueLeaf(acme, { commonName: 'ingest', ...valid });
const API_KEY = 'sk-proj-Recognizable0123456789';
const probe = undiciProbe({ timeoutMs: 2_000 });

type Handler = (request: IncomingMessage, response: ServerResponse) => void;

async function host(handler: Handler, options: ServerOptions = {}) {
  const tls = { requestCert: true, rejectUnauthorized: false, ...identity, ...options };
  const { port, close } = await listenOnLoopback(createServer(tls, handler));
  onTestFinished(close);
  return `https://localhost:${port}/v1`;
}

const answering = (status: number, code: string | null, message = 'No.'): Handler => {
  const body = JSON.stringify({ error: { message, type: 'invalid_request_error', param: null, code } });
  return (_, response) => response.writeHead(status, { 'content-type': 'application/json' }).end(body);
};

test('is accepted on a 2xx, having sent the leaf and the key to the models route', async () => {
  const seen: (string | undefined)[] = [];
  const url = await host((request, response) => {
    const { fingerprint256 } = (request.socket as TLSSocket).getPeerCertificate();
    seen.push(request.url, request.headers.authorization, fingerprint256 && 'a leaf');
    response.end('{}');
  });
  expect(await probe(url, { apiKey: API_KEY, ...leaf })).toEqual({ kind: 'accepted' });
  expect(await probe(`${url}/`, { apiKey: API_KEY })).toEqual({ kind: 'accepted' });
  const asked = ['/v1/models', `Bearer ${API_KEY}`];
  expect(seen).toEqual([...asked, 'a leaf', ...asked, undefined]);
});

test('calls the route that it is given', async () => {
  const seen: (string | undefined)[] = [];
  const url = await host((request, response) => {
    seen.push(request.url);
    response.end('{}');
  });
  const elsewhere = undiciProbe({ timeoutMs: 2_000, path: '/files?limit=1' });
  expect(await elsewhere(`${url}/`, { apiKey: API_KEY, ...leaf })).toEqual({ kind: 'accepted' });
  expect(seen).toEqual(['/v1/files?limit=1']);
});

test('opens a new TLS session each time', async () => {
  const sessions: boolean[] = [];
  const sockets = new Set<unknown>();
  const url = await host((request, response) => {
    sessions.push((request.socket as TLSSocket).isSessionReused());
    sockets.add(request.socket);
    response.end('{}');
  });
  for (let i = 0; i < 3; i++) await probe(url, { apiKey: API_KEY, ...leaf });
  expect(sessions).toEqual([false, false, false]);
  expect(sockets.size).toBe(3);
});

describe('is refused by the codes of F11 and no others', () => {
  test.for([
    'certificate_required',
    'invalid_certificate',
    'certificate_verification_failed',
    'certificate_attribute_verification_failed',
  ])('%s', async (code) => {
    const url = await host(answering(401, code));
    expect(await probe(url, { apiKey: API_KEY, ...leaf })).toEqual({ kind: 'refused', code });
  });

  test.for<[string, Handler, RegExp, true?]>([
    ['a 401 without a code', answering(401, null), /API key was refused/],
    ['a 403', answering(403, 'certificate_required'), /403/],
    ['a 404', answering(404, 'unknown_url'), /404/],
    ['a 429', answering(429, 'rate_limit_exceeded'), /429/, true],
    ['a 500', answering(500, 'certificate_required'), /500/, true],
    [
      'a 503',
      answering(503, 'authentication_temporarily_unavailable'),
      /authentication_temporarily_unavailable/,
      true,
    ],
    ['a redirect', (_, response) => response.writeHead(302, { location: '/elsewhere' }).end(), /redirect/],
    [
      'a 401 that is not JSON',
      (_, response) => response.writeHead(401).end('<html>'),
      /API key was refused: 401/,
    ],
    ['a 401 without end', (_, response) => flood(response.writeHead(401)), /401/],
    [
      'an answer that stops',
      (_, response) => response.writeHead(401).write('{'),
      /no answer within 2000 ms/,
      true,
    ],
    ['no answer', () => {}, /no answer within 2000 ms/, true],
    ['a reset', (request) => request.socket.destroy(), /the call failed/, true],
    ['no HTTP', (request) => request.socket.end('nonsense\r\n\r\n'), /the call failed/],
  ])('%s is inconclusive, and says where it may pass by itself', async ([, handler, why, passing]) => {
    const verdict = await probe(await host(handler), { apiKey: API_KEY, ...leaf });
    const said = { kind: 'inconclusive', why: expect.stringMatching(why) };
    expect(verdict).toEqual({ ...said, ...(passing && { passing }) });
  });

  test('a bad key is inconclusive, and the only one that says so of the key', async () => {
    const verdict = await probe(await host(answering(401, 'invalid_api_key')), { apiKey: API_KEY, ...leaf });
    const why = expect.stringContaining('API key was refused: 401 invalid_api_key');
    expect(verdict).toEqual({ kind: 'inconclusive', why, isKeyRefused: true });
  });
});

describe('a host that does not answer the client’s project', () => {
  const INCORRECT = 'Attempted to access resource with incorrect regional hostname.';
  const told = async (message: string) =>
    probe(await host(answering(401, 'incorrect_hostname', message)), { apiKey: API_KEY, ...leaf });

  test('says so, and nothing of the key nor of the certificate', async () => {
    const verdict = await told(`${INCORRECT} Please make your request to us.api.openai.com`);
    const why =
      'this host does not answer the client\'s project, which another host answers (401 incorrect_hostname; its answer names us.api.openai.com): state under "hosts" of the client those of mtlsHosts that answer it';
    expect(verdict).toEqual({ kind: 'inconclusive', why, isElsewhere: true });
  });

  test.for([
    ['names no host', `${INCORRECT} Ask us.`],
    ['shows a key in its place', `${INCORRECT} Please make your request to ${API_KEY}.api.openai.com`],
    ['shows what is no name of a host', `${INCORRECT} Please make your request to a..b.-c.com`],
  ])('is told without a name where its answer %s', async ([, message]) => {
    const verdict = await told(message as string);
    expect(verdict).toMatchObject({
      why: expect.stringContaining('its answer names none'),
      isElsewhere: true,
    });
  });
});

describe('a TLS alert', () => {
  const alert = async (number: number): Promise<string> => {
    const server = createTcpServer((socket) => {
      socket.on('error', () => {}).once('data', () => socket.end(Buffer.from([21, 3, 3, 0, 2, 2, number])));
    });
    const { promise, resolve } = Promise.withResolvers<void>();
    server.listen(0, '127.0.0.1', resolve);
    await promise;
    onTestFinished(() => void server.close());
    const address = server.address();
    return `https://localhost:${typeof address === 'object' ? address?.port : 0}/v1`;
  };
  const inconclusive = { kind: 'inconclusive', why: expect.any(String) };

  test('for want of a certificate is the refusal that it says it is', async () => {
    expect(await probe(await alert(116), { apiKey: API_KEY })).toEqual({
      kind: 'refused',
      code: 'certificate_required',
    });
  });

  test.for([
    [42, 'tls_alert_bad_certificate'],
    [45, 'tls_alert_certificate_expired'],
    [46, 'tls_alert_certificate_unknown'],
    [48, 'tls_alert_unknown_ca'],
  ] as const)('%d about the leaf is a refusal under a name of its own', async ([number, code]) => {
    const url = await alert(number);
    expect(await probe(url, { apiKey: API_KEY, ...leaf })).toEqual({ kind: 'refused', code });
    expect(await probe(url, { apiKey: API_KEY })).toEqual(inconclusive);
  });

  test('about anything else says nothing', async () => {
    for (const number of [40, 70, 80])
      expect(await probe(await alert(number), { apiKey: API_KEY, ...leaf })).toEqual(inconclusive);
  });
});

describe('is inconclusive, and throws nothing', () => {
  test('when the host’s own certificate is not to be trusted', async () => {
    const url = await host(answering(200, null), await serverIdentity());
    expect(await probe(url, { apiKey: API_KEY })).toMatchObject({ kind: 'inconclusive' });
  });

  test.for([
    'https://127.0.0.1:9/v1',
    'https://nowhere.invalid/v1',
    'http://127.0.0.1:9/v1',
    'not a URL',
    '',
  ])('at %j', async (url) => {
    expect(await probe(url, { apiKey: API_KEY, ...leaf })).toMatchObject({ kind: 'inconclusive' });
  });

  test('with a leaf, key or API key that TLS or HTTP cannot carry, and says nothing of them', async () => {
    const url = await host((_, response) => response.end('{}'));
    for (const presented of [
      { apiKey: API_KEY, certificateChain: 'Recognizable', privateKey: leaf.privateKey },
      { apiKey: API_KEY, certificateChain: leaf.certificateChain, privateKey: 'Recognizable' },
      { apiKey: 'Recognizable\n' },
    ]) {
      const verdict = await probe(url, presented);
      expect(verdict.kind).toBe('inconclusive');
      expect(JSON.stringify(verdict)).not.toContain('Recognizable');
    }
  });

  test('and repeats no key that a host echoes', async () => {
    const url = await host(answering(401, 'invalid_api_key', `Incorrect API key provided: ${API_KEY}`));
    expect(JSON.stringify(await probe(url, { apiKey: API_KEY }))).not.toContain('Recognizable');
  });
});

function flood(response: ServerResponse): void {
  const more = () => {
    while (!response.destroyed && response.write('x'.repeat(16_384)));
    if (!response.destroyed) response.once('drain', more);
  };
  more();
}

test.each<[string, string | string[] | undefined, string | undefined]>([
  ['a project', 'proj_Wv6taeZj-x_1', 'proj_Wv6taeZj-x_1'],
  ['nothing', undefined, undefined],
  ['the name of an organization', 'acme-inc', undefined],
  ['two projects', ['proj_a', 'proj_b'], undefined],
  ['more than an id', 'proj_a; proj_b', undefined],
])('says whose key it was as the host does: %s (F10)', async (_, header, project) => {
  for (const [status, kind] of [
    [200, 'accepted'],
    [401, 'refused'],
  ] as const) {
    const url = await host((request, response) => {
      if (header !== undefined) response.setHeader('openai-project', header);
      answering(status, 'certificate_verification_failed')(request, response);
    });
    const verdict = await probe(url, { apiKey: API_KEY, ...leaf });
    expect(verdict.kind).toBe(kind);
    expect(verdict.project).toBe(project);
  }
});
