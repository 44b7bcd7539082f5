import { createServer } from 'node:https';
import { createServer as createTcpServer } from 'node:net';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import * as fc from 'fast-check';
import { afterAll, expect, onTestFinished, test } from 'vitest';
import { undiciProbe } from '../../lambdas/adapters/hosts/probe.ts';
import { certificateRefusals } from '../../lambdas/domain/cut/verdict.ts';
import { createAuthority, issueLeaf, serverIdentity } from '../../simulation/certificates/pki.ts';
import { listenOnLoopback } from '../../simulation/served/loopback.ts';
import { damaged, damagedText } from './damaged.ts';
import { badAnswers, send, sent, type Wire } from './wire.ts';

const identity = await serverIdentity();
const roots = getCACertificates('default');
setDefaultCACertificates([...roots, identity.ca]);
afterAll(() => setDefaultCACertificates(roots));

const validity = { notBefore: 1_700_000_000, notAfter: 4_000_000_000 };
const acme = await createAuthority({ name: 'acme-root', ...validity });
const leaf = await issueLeaf(acme, { commonName: 'ingest', ...validity });
const API_KEY = 'sk-proj-Recognizable0123456789';
const presented = { apiKey: API_KEY, ...leaf };
const probe = undiciProbe({ timeoutMs: 1_000 });

/** A host over TLS that gives the answer it is told. */
async function host() {
  let wire: Wire = sent({});
  const tls = { requestCert: true, rejectUnauthorized: false, ...identity };
  const { port, close } = await listenOnLoopback(createServer(tls, (_, response) => send(response, wire)));
  onTestFinished(close);
  const url = `https://localhost:${port}/v1`;
  return async (answer: Wire) => {
    wire = answer;
    return probe(url, presented);
  };
}

const refusal = (code: string) => ({ error: { message: `No, ${API_KEY}.`, type: 'x', param: null, code } });
const codes = ['certificate_required', ...certificateRefusals];

const answers = fc.oneof(
  badAnswers({ object: 'list', data: [] }),
  fc
    .tuple(fc.constantFrom(200, 400, 401, 403, 500, 503), fc.constantFrom(...codes, 'invalid_api_key'))
    .chain(([status, code]) => damaged(refusal(code)).map((body) => sent(body ?? null, status))),
);

test('any answer is a verdict, accepted by a 2xx alone and refused by a 401 with a code of F11 alone', async () => {
  const ask = await host();
  await fc.assert(
    fc.asyncProperty(answers, async (wire) => {
      const verdict = await ask(wire);
      const status = 'raw' in wire ? Number(/^HTTP\/1\.1 (\d+)/.exec(`${wire.raw}`)?.[1]) : wire.status;
      expect(JSON.stringify(verdict)).not.toContain('Recognizable');
      if (verdict.kind === 'accepted') expect(status >= 200 && status < 300).toBe(true);
      if (verdict.kind === 'refused') {
        expect(status).toBe(401);
        expect(codes).toContain(verdict.code);
        expect(JSON.parse('raw' in wire ? '' : `${wire.body}`).error.code).toBe(verdict.code);
      }
    }),
    { numRuns: 120 },
  );
});

const record = (type: number, body: readonly number[]) =>
  Buffer.from([type, 3, 3, body.length >> 8, body.length & 255, ...body]);
const bytes = (maxLength: number) => fc.uint8Array({ maxLength }).map((some) => [...some]);
const garbage = fc.oneof(
  bytes(300).map((some) => Buffer.from(some)),
  fc.tuple(fc.constantFrom(20, 21, 22, 23), bytes(300)).map(([type, body]) => record(type, body)),
  fc.tuple(fc.nat(3), fc.nat(255)).map(([level, alert]) => record(21, [level, alert])),
  damagedText('HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}').map((text) => Buffer.from(text)),
);

test('whatever a host says instead of TLS is a verdict, and never an accepted one', async () => {
  let said = Buffer.alloc(0);
  const server = createTcpServer((socket) => {
    socket.on('error', () => {}).once('data', () => socket.end(said));
  });
  const listening = Promise.withResolvers<void>();
  server.listen(0, '127.0.0.1', listening.resolve);
  await listening.promise;
  onTestFinished(() => void server.close());
  const address = server.address();
  const url = `https://localhost:${typeof address === 'object' ? address?.port : 0}/v1`;
  await fc.assert(
    fc.asyncProperty(garbage, async (bytes) => {
      said = Buffer.from(bytes);
      const verdict = await probe(url, presented);
      expect(verdict.kind).not.toBe('accepted');
      expect(JSON.stringify(verdict)).not.toContain('Recognizable');
      // Only a TLS alert, which has two bytes, can say something about the caller's certificate.
      if (verdict.kind === 'refused') expect(said[0]).toBe(21);
    }),
    { numRuns: 120 },
  );
});

test('whatever is presented, and wherever, is a verdict', async () => {
  const ask = await host();
  await ask(sent({}));
  const texts = fc.oneof(damagedText(leaf.certificateChain), damagedText(leaf.privateKey), fc.string());
  await fc.assert(
    fc.asyncProperty(
      fc.record({ apiKey: texts, certificateChain: texts, privateKey: texts }),
      fc.oneof(
        fc.string(),
        fc.webUrl(),
        fc.constantFrom('https://127.0.0.1:1/v1', 'https://[::1]:1/', 'file:///'),
      ),
      async (credential, url) => {
        const target = /^https:\/\/(?!127|\[)/.test(url) ? 'https://host.invalid/v1' : url;
        expect((await probe(target, credential)).kind).toBe('inconclusive');
      },
    ),
    { numRuns: 60 },
  );
});

test('an accepted answer need not end', async () => {
  const ask = await host();
  expect(await ask({ raw: Buffer.from(`HTTP/1.1 200 OK\r\n\r\n${' '.repeat(9_000_000)}`) })).toEqual({
    kind: 'accepted',
  });
});
