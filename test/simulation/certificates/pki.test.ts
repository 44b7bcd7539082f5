import { createPrivateKey, X509Certificate } from 'node:crypto';
import { connect, createServer, type TLSSocket } from 'node:tls';
import { expect, test } from 'vitest';
import {
  createAuthority,
  issueIntermediate,
  issueLeaf,
  serverIdentity,
} from '../../../simulation/certificates/pki.ts';

const validity = { notBefore: 1_780_000_000, notAfter: 1_790_000_000 };

const split = (chain: string) =>
  chain.split(/(?<=-----END CERTIFICATE-----)\s+/).flatMap((pem) => (pem ? [new X509Certificate(pem)] : []));

test('a leaf sends its intermediates, leaf first, and they lead to the root', async () => {
  const root = await createAuthority({ name: 'acme-root', ...validity });
  const middle = await issueIntermediate(root, { name: 'acme-issuing', ...validity });
  const leaf = await issueLeaf(middle, { commonName: 'billing', ...validity });
  const [first, second, ...rest] = split(leaf.certificateChain);
  expect(rest).toEqual([]);
  expect(second && first?.verify(second.publicKey)).toBe(true);
  expect(second?.verify(new X509Certificate(root.pem).publicKey)).toBe(true);
  expect(first?.checkPrivateKey(createPrivateKey(leaf.privateKey))).toBe(true);
  expect(first?.validFromDate.getTime()).toBe(validity.notBefore * 1000);
});

test('a name is kept as written, whatever it contains', async () => {
  const root = await createAuthority({ name: 'acme@2026, O="x"', ...validity });
  expect(new X509Certificate(root.pem).toLegacyObject().subject).toMatchObject({ CN: 'acme@2026, O="x"' });
});

test('two generations of a name have different keys, unless one is passed on', async () => {
  const first = await createAuthority({ name: 'acme', ...validity });
  const second = await createAuthority({ name: 'acme', ...validity });
  const renewed = await createAuthority({ name: 'acme', ...validity, keys: first.keys });
  const leaf = new X509Certificate(
    (await issueLeaf(first, { commonName: 'c', ...validity })).certificateChain,
  );
  expect(leaf.verify(new X509Certificate(second.pem).publicKey)).toBe(false);
  expect(leaf.verify(new X509Certificate(renewed.pem).publicKey)).toBe(true);
});

test('a leaf with the wrong key has one that does not match', async () => {
  const root = await createAuthority({ name: 'acme', ...validity });
  const leaf = await issueLeaf(root, { commonName: 'c', ...validity, wrongKey: true });
  const [certificate] = split(leaf.certificateChain);
  expect(certificate?.verify(new X509Certificate(root.pem).publicKey)).toBe(true);
  expect(certificate?.checkPrivateKey(createPrivateKey(leaf.privateKey))).toBe(false);
});

test('a server identity is accepted by a client that trusts its CA', async () => {
  const { ca, cert, key } = await serverIdentity();
  const server = createServer({ cert, key }).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  const authorized = await new Promise<boolean>((resolve, reject) => {
    const socket: TLSSocket = connect(
      { host: '127.0.0.1', port: address.port, servername: 'localhost', ca },
      () => resolve(socket.end().authorized),
    ).once('error', reject);
  });
  server.close();
  expect(authorized).toBe(true);
});
