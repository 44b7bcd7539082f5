import { createServer } from 'node:https';
import { getCACertificates, setDefaultCACertificates, type TLSSocket } from 'node:tls';
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

test('F10, F18: the admin secret is read again where somebody has repaired the chain beside the same private key', async () => {
  const tls = { ...identity, requestCert: true, rejectUnauthorized: false };
  const server = createServer(tls, (request, response) => {
    const seen = (request.socket as TLSSocket).getPeerCertificate(true);
    // Without its intermediate the leaf leads nowhere.
    const isWhole = seen.issuerCertificate !== undefined;
    const answer = isWhole
      ? { status: 200, ...page([listed('cert_1')]) }
      : refusal(401, 'certificate_verification_failed', 'No.');
    response
      .writeHead(answer.status, { 'content-type': 'application/json' })
      .end(JSON.stringify(answer.body));
  });
  const { port, close } = await listenOnLoopback(server);
  onTestFinished(close);
  // Kept for five minutes, and what somebody has put into the secret meanwhile.
  const kept = leaf;
  const repaired = { ...leaf, certificateChain: leaf.certificateChain + acme.pem };
  const asked = (credential: object) =>
    openaiCertificates({
      baseURL: `https://localhost:${port}/v1`,
      credential: async ({ fresh } = { fresh: false }) => ({
        apiKey: 'sk-admin',
        ...(fresh ? credential : kept),
      }),
      maxRetries: 0,
      timeoutMs: 2_000,
    }).list('proj_a');
  const always = openaiCertificates({
    baseURL: `https://localhost:${port}/v1`,
    credential: async () => ({ apiKey: 'sk-admin', ...repaired }),
    maxRetries: 0,
    timeoutMs: 2_000,
  });
  expect(await always.list('proj_a')).toHaveLength(1);
  await expect(asked(kept)).rejects.toMatchObject({ name: 'AdminKeyRefused' });
  expect(await asked(repaired)).toHaveLength(1);
});
