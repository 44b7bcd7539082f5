import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer, type ServerOptions } from 'node:https';
import { text } from 'node:stream/consumers';
import { getCACertificates, setDefaultCACertificates, type TLSSocket } from 'node:tls';
import { afterAll, describe, expect, onTestFinished, test } from 'vitest';
import { type Exchanged, undiciExchange } from '../../lambdas/adapters/hosts/exchange.ts';
import { createAuthority, issueLeaf, serverIdentity } from '../../simulation/certificates/pki.ts';
import { listenOnLoopback } from '../../simulation/served/loopback.ts';

const identity = await serverIdentity();
const roots = getCACertificates('default');
setDefaultCACertificates([...roots, identity.ca]);
afterAll(() => setDefaultCACertificates(roots));

const now = Math.floor(Date.now() / 1000);
const valid = { notBefore: now - 3_600, notAfter: now + 86_400 };
const leaf = issueLeaf(createAuthority({ name: 'acme-root', ...valid }), { commonName: 'ingest', ...valid });
const ids = { identityProviderId: 'idp_acme', serviceAccountId: 'svc_ingest' };
const TOKEN = 'Recognizable.0123456789~abc+/-_==';
const good = {
  access_token: TOKEN,
  issued_token_type: 'urn:ietf:params:oauth:token-type:access_token',
  token_type: 'Bearer',
  expires_in: 3_600,
};

type Handler = (request: IncomingMessage, response: ServerResponse) => void;

async function host(handler: Handler, options: ServerOptions = {}) {
  const tls = { requestCert: true, rejectUnauthorized: false, ...identity, ...options };
  const { port, close } = await listenOnLoopback(createServer(tls, handler));
  onTestFinished(close);
  return undiciExchange({ authHost: `https://localhost:${port}`, timeoutMs: 2_000 });
}

const answering =
  (status: number, body: unknown): Handler =>
  (request, response) => {
    request.resume();
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  };

test('posts both ids and the grant that the vendor documents, with the leaf and without any authorization (F17)', async () => {
  const seen: unknown[] = [];
  const exchange = await host(async (request, response) => {
    const { fingerprint256 } = (request.socket as TLSSocket).getPeerCertificate();
    seen.push([request.method, request.url, request.headers.authorization, Boolean(fingerprint256)]);
    seen.push(JSON.parse(await text(request)));
    response.end(JSON.stringify(good));
  });
  expect(await exchange({ ...ids, ...leaf })).toEqual({ kind: 'accepted', token: TOKEN });
  expect(await exchange(ids)).toEqual({ kind: 'accepted', token: TOKEN });
  const body = {
    grant_type: 'urn:ietf:params:oauth:grant-type:token-exchange',
    subject_token_type: 'urn:openai:params:oauth:token-type:x509',
    identity_provider_id: 'idp_acme',
    service_account_id: 'svc_ingest',
  };
  const asked = (withLeaf: boolean) => ['POST', '/oauth/token', undefined, withLeaf];
  expect(seen).toEqual([asked(true), body, asked(false), body]);
});

test('opens a new TLS session each time', async () => {
  const sessions: boolean[] = [];
  const exchange = await host((request, response) => {
    request.resume();
    sessions.push((request.socket as TLSSocket).isSessionReused());
    response.end(JSON.stringify(good));
  });
  for (let i = 0; i < 3; i++) await exchange({ ...ids, ...leaf });
  expect(sessions).toEqual([false, false, false]);
});

test.for([
  [400, { error: 'invalid_grant' }, 'invalid_grant'],
  [401, { error: 'invalid_subject_token', error_description: 'No.' }, 'invalid_subject_token'],
  [403, { error: { code: 'invalid_grant', message: 'No.' } }, 'invalid_grant'],
  [400, { error: 'invalid_request' }, 'invalid_request'],
  [401, { error: { code: 'certificate_required' } }, 'certificate_required'],
  [401, { error: { code: 'certificate_verification_failed' } }, 'certificate_verification_failed'],
] as const)('%d %j is refused', async ([status, body, code]) => {
  const exchange = await host(answering(status, body));
  expect(await exchange({ ...ids, ...leaf })).toEqual({ kind: 'refused', code });
});

describe('is inconclusive, and never a pass (I9)', () => {
  test.for<[string, Handler, RegExp]>([
    [
      'a transient error',
      answering(500, { error: 'token_exchange_server_error' }),
      /token_exchange_server_error/,
    ],
    ['one with a refusal’s status', answering(400, { error: 'token_exchange_server_error' }), /server_error/],
    ['a refusal with an outage’s status', answering(503, { error: 'invalid_grant' }), /503/],
    ['an unknown error', answering(400, { error: 'slow_down' }), /slow_down/],
    ['a 429', answering(429, {}), /429/],
    ['a redirect', (_, response) => response.writeHead(307, { location: '/x' }).end(), /307/],
    ['no JSON', (_, response) => response.end('<html>'), /is no token/],
    ['no token', answering(200, { ...good, access_token: '' }), /access_token: is no bearer token/],
    ['another type', answering(200, { ...good, token_type: 'DPoP' }), /token_type: is not Bearer/],
    [
      'a token for longer than an hour',
      answering(200, { ...good, expires_in: 3_601 }),
      /more than 3600 seconds/,
    ],
    ['no answer', () => {}, /no answer within 2000 ms/],
    ['a reset', (request) => request.socket.destroy(), /the call failed/],
  ])('%s', async ([, handler, why]) => {
    const exchange = await host(handler);
    expect(await exchange({ ...ids, ...leaf })).toMatchObject({
      kind: 'inconclusive',
      why: expect.stringMatching(why),
    });
  });

  test('an answer that stops', async () => {
    const exchange = await host((_, response) => void response.writeHead(200).write('{"access_token":'));
    expect(await exchange({ ...ids, ...leaf })).toMatchObject({ kind: 'inconclusive' });
  });

  test('a host without TLS, or whose certificate is not to be trusted', async () => {
    const plain = undiciExchange({ authHost: 'http://127.0.0.1:9', timeoutMs: 2_000 });
    expect(await plain({ ...ids, ...leaf })).toMatchObject({ kind: 'inconclusive' });
    const strange = await host(answering(200, good), serverIdentity());
    expect(await strange({ ...ids, ...leaf })).toMatchObject({ kind: 'inconclusive' });
  });
});

// RFC 6749, 5.2: "The authorization server responds with an HTTP 400 (Bad Request) status code (unless
// specified otherwise)".
test.for(['token_exchange_server_error', 'server_error', 'temporarily_unavailable'])(
  '%s passes by itself, whatever its status (F17, I9)',
  async (error) => {
    for (const status of [400, 403, 500]) {
      const exchange = await host(answering(status, { error }));
      expect(await exchange({ ...ids, ...leaf })).toMatchObject({ kind: 'inconclusive', passing: true });
    }
    // An unknown error that is no refusal does not pass by itself.
    const unknown = await host(answering(400, { error: 'slow_down' }));
    expect(await unknown({ ...ids, ...leaf })).not.toHaveProperty('passing');
  },
);

test('repeats no token, leaf or key that a host writes back', async () => {
  const echo = {
    ...good,
    expires_in: 'no',
    error: `Bearer ${TOKEN} ${leaf.privateKey}`,
    error_description: TOKEN,
  };
  for (const status of [200, 400, 500]) {
    const exchange = await host(answering(status, echo));
    const exchanged: Exchanged = await exchange({ ...ids, ...leaf });
    expect(exchanged.kind).toBe('inconclusive');
    expect(JSON.stringify(exchanged)).not.toMatch(/PRIVATE|Recognizable/);
  }
});
