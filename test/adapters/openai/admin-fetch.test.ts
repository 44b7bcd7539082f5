import { createServer } from 'node:https';
import {
  type DetailedPeerCertificate,
  getCACertificates,
  setDefaultCACertificates,
  type TLSSocket,
} from 'node:tls';
import { afterAll, expect, onTestFinished, test } from 'vitest';
import { openaiCertificates } from '../../../lambdas/adapters/openai/certificates.ts';
import { createAuthority, issueLeaf, serverIdentity } from '../../../simulation/certificates/pki.ts';
import { listenOnLoopback } from '../../../simulation/served/loopback.ts';
import { listed, page, refusal } from './scripted-api.ts';

const identity = await serverIdentity();
const roots = getCACertificates('default');
setDefaultCACertificates([...roots, identity.ca]);
afterAll(() => setDefaultCACertificates(roots));

const validity = { notBefore: 1_700_000_000, notAfter: 1_900_000_000 };
const acme = await createAuthority({ name: 'acme-root', ...validity });
const leaf = await issueLeaf(acme, { commonName: 'admin', ...validity });

type Wire = { status: number; body: unknown };

/** An API that demands a client certificate for admin calls (F10). */
async function enforcing(answer: (peer: DetailedPeerCertificate) => Wire) {
  const seen: string[] = [];
  const tls = { ...identity, requestCert: true, rejectUnauthorized: false };
  const server = createServer(tls, async (request, response) => {
    const peer = (request.socket as TLSSocket).getPeerCertificate(true);
    const { subject } = peer;
    seen.push(`${request.method} ${request.url} as ${subject?.CN ?? 'nobody'}`);
    const body: Buffer[] = [];
    for await (const chunk of request) body.push(chunk);
    if (body.length > 0) seen.push(Buffer.concat(body).toString());
    const { status, body: said } = subject
      ? answer(peer)
      : (refusal(401, 'certificate_required', 'No.') as Wire);
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(said));
  });
  const { port, close } = await listenOnLoopback(server);
  onTestFinished(close);
  return { url: `https://localhost:${port}/v1`, seen };
}

const certificatesAt = (baseURL: string, certificate: object) =>
  openaiCertificates({
    baseURL,
    credential: async () => ({ apiKey: 'sk-admin', ...certificate }),
    maxRetries: 0,
    timeoutMs: 500,
  });

test('the admin’s own certificate is presented when its secret has one, and not otherwise', async () => {
  const { url, seen } = await enforcing(() => ({ status: 200, ...page([listed('cert_1')]) }));
  const certificates = certificatesAt(url, leaf);
  expect(await certificates.list('proj_a')).toHaveLength(1);
  await certificates.activate('proj_a', ['cert_1']);
  await expect(certificatesAt(url, {}).list('proj_a')).rejects.toMatchObject({ name: 'AdminKeyRefused' });
  expect(seen).toEqual([
    'GET /v1/organization/projects/proj_a/certificates?limit=100 as admin',
    'POST /v1/organization/projects/proj_a/certificates/activate as admin',
    '{"certificate_ids":["cert_1"]}',
    'GET /v1/organization/projects/proj_a/certificates?limit=100 as nobody',
  ]);
});

test('its refusals and failures get the same names', async () => {
  const refusing = await enforcing(() => refusal(429, null, 'Slow down.'));
  await expect(certificatesAt(refusing.url, leaf).list('proj_a')).rejects.toMatchObject({
    name: 'RateLimited',
  });
  const empty = await enforcing(() => ({ status: 204, body: '' }));
  await expect(certificatesAt(empty.url, leaf).list('proj_a')).rejects.toMatchObject({
    name: 'UnreadableAnswer',
  });
  const gone = certificatesAt('https://127.0.0.1:9/v1', leaf);
  await expect(gone.list('proj_a')).rejects.toMatchObject({ name: 'ApiUnavailable' });
});

test('a host that is slow to answer is given up', async () => {
  const { port, close } = await listenOnLoopback(createServer(identity, () => {}));
  onTestFinished(close);
  const slow = certificatesAt(`https://localhost:${port}/v1`, leaf);
  await expect(slow.list('proj_a')).rejects.toMatchObject({ name: 'ApiUnavailable' });
});

test.for([
  'HTTP/1.1 101 Switching\r\nupgrade: x\r\nconnection: upgrade\r\n\r\n',
  'HTTP/1.1 199 Odd\r\n\r\n',
  'HTTP/1.1 600 Odd\r\ncontent-length: 2\r\n\r\n{}',
  'HTTP/1.1 999 Odd\r\n\r\n',
  'HTTP/1.1 200 \u{1f}\r\n\r\n',
  'nonsense\r\n\r\n',
])('%j is no answer, and no crash', async (raw) => {
  const { port, close } = await listenOnLoopback(
    createServer({ ...identity }, (request) => request.socket.end(raw)),
  );
  onTestFinished(close);
  const odd = certificatesAt(`https://localhost:${port}/v1`, leaf);
  await expect(odd.list('proj_a')).rejects.toMatchObject({
    name: expect.stringMatching(/^ApiUnavailable|^UnreadableAnswer/),
  });
});

test('an answer that never ends is unreadable', async () => {
  const { port, close } = await listenOnLoopback(
    createServer(identity, (_, response) => {
      response.writeHead(200, { 'content-type': 'application/json' });
      const more = () => {
        while (!response.destroyed && response.write(' '.repeat(65_536)));
        if (!response.destroyed) response.once('drain', more);
      };
      more();
    }),
  );
  onTestFinished(close);
  const endless = openaiCertificates({
    baseURL: `https://localhost:${port}/v1`,
    credential: async () => ({ apiKey: 'sk-admin', ...leaf }),
    maxRetries: 0,
  });
  await expect(endless.list('proj_a')).rejects.toMatchObject({ name: 'UnreadableAnswer' });
});

test('a certificate needs https to be presented', async () => {
  const plain = certificatesAt('http://127.0.0.1:9/v1', leaf);
  await expect(plain.list('proj_a')).rejects.toMatchObject({ name: 'InvalidConfiguration' });
});

test('F10, F18: the admin secret is read again where somebody has repaired the chain beside the same private key', async () => {
  const { url } = await enforcing(({ issuerCertificate }) =>
    // Without its intermediate the leaf leads to no anchor.
    issuerCertificate !== undefined
      ? { status: 200, ...page([listed('cert_1')]) }
      : (refusal(401, 'certificate_verification_failed', 'No.') as Wire),
  );
  const repaired = { ...leaf, certificateChain: leaf.certificateChain + acme.pem };
  // The credential is kept for five minutes. A fresh read gets what somebody has put into the secret
  // meanwhile.
  const asked = (credential: object) =>
    openaiCertificates({
      baseURL: url,
      credential: async ({ fresh } = { fresh: false }) => ({
        apiKey: 'sk-admin',
        ...(fresh ? credential : leaf),
      }),
      maxRetries: 0,
      timeoutMs: 2_000,
    }).list('proj_a');
  expect(await certificatesAt(url, repaired).list('proj_a')).toHaveLength(1);
  await expect(asked(leaf)).rejects.toMatchObject({ name: 'AdminKeyRefused' });
  expect(await asked(repaired)).toHaveLength(1);
});
