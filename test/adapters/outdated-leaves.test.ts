import 'reflect-metadata';
import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto';
import type { AddressInfo } from 'node:net';
import { connect, createServer } from 'node:tls';
import {
  AuthorityKeyIdentifierExtension,
  BasicConstraintsExtension,
  ExtendedKeyUsageExtension,
  KeyUsageFlags,
  KeyUsagesExtension,
  SubjectKeyIdentifierExtension,
  X509CertificateGenerator,
} from '@peculiar/x509';
import { describe, expect, it } from 'vitest';
import { inspectLeaf } from '../../lambdas/adapters/x509/leaf.ts';
import type { Credential } from '../../lambdas/adapters/x509/leaf-problems.ts';

const NOW = Math.floor(Date.now() / 1000);
const dates = {
  notBefore: new Date((NOW - 86_400) * 1_000),
  notAfter: new Date((NOW + 30 * 86_400) * 1_000),
};
const ALG = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };
const SHA1 = { ...ALG, hash: 'SHA-1' };

type Issuer = { name: string; keys: Awaited<ReturnType<typeof newKeys>>; pem: string };
type Signing = { by?: Issuer; over?: typeof ALG; key?: KeyObject };

const newKeys = () => crypto.subtle.generateKey(ALG, true, ['sign', 'verify']);
const pem = (der: ArrayBuffer) =>
  `-----BEGIN CERTIFICATE-----\n${Buffer.from(der).toString('base64')}\n-----END CERTIFICATE-----\n`;

async function authority(name: string, { by, over = ALG }: Signing = {}): Promise<Issuer> {
  const keys = await newKeys();
  const signer = by?.keys ?? keys;
  const made = await X509CertificateGenerator.create({
    ...{ subject: `CN=${name}`, issuer: `CN=${by?.name ?? name}`, ...dates, signingAlgorithm: over },
    ...{ publicKey: keys.publicKey, signingKey: signer.privateKey },
    extensions: [
      new BasicConstraintsExtension(true, undefined, true),
      new KeyUsagesExtension(KeyUsageFlags.keyCertSign, true),
      await SubjectKeyIdentifierExtension.create(keys.publicKey),
      await AuthorityKeyIdentifierExtension.create(signer.publicKey),
    ],
  });
  return { name, keys, pem: pem(made.rawData) };
}

async function leafOf(issuer: Issuer, { over = ALG, key }: Signing = {}): Promise<Credential> {
  const own = key ?? generateKeyPairSync('ec', { namedCurve: 'prime256v1' }).privateKey;
  const publicKey = createPublicKey(own).export({ type: 'spki', format: 'der' });
  const made = await X509CertificateGenerator.create({
    ...{ subject: 'CN=billing', issuer: `CN=${issuer.name}`, ...dates, signingAlgorithm: over },
    ...{ publicKey: publicKey as never, signingKey: issuer.keys.privateKey },
    extensions: [
      new KeyUsagesExtension(KeyUsageFlags.digitalSignature, true),
      new ExtendedKeyUsageExtension(['1.3.6.1.5.5.7.3.2']),
      new SubjectKeyIdentifierExtension('0102'),
      await AuthorityKeyIdentifierExtension.create(issuer.keys.publicKey),
    ],
  });
  const privateKey = createPrivateKey(own.export({ type: 'pkcs8', format: 'pem' }));
  return {
    certificateChain: pem(made.rawData),
    privateKey: String(privateKey.export({ type: 'pkcs8', format: 'pem' })),
  };
}

const root = await authority('acme');
const server = await leafOf(root);
const anchors = [{ anchorId: 'cert_acme', pem: root.pem }];
const onCurve = (namedCurve: string) =>
  leafOf(root, { key: generateKeyPairSync('ec', { namedCurve }).privateKey });
const withDsa = () =>
  leafOf(root, { key: generateKeyPairSync('dsa', { modulusLength: 2048, divisorLength: 256 }).privateKey });
const below = async (signing: Signing) => {
  const issuing = await authority('acme issuing', { by: root, ...signing });
  const leaf = await leafOf(issuing);
  return { ...leaf, certificateChain: leaf.certificateChain + issuing.pem };
};

/** Whether a TLS server of OpenSSL that trusts the root accepts what a TLS client of OpenSSL sends. */
const getsIn = ({ certificateChain: cert, privateKey: key }: Credential): Promise<boolean> =>
  new Promise((resolve) => {
    const own = { cert: server.certificateChain, key: server.privateKey };
    const host = createServer(
      { ...own, ca: root.pem, requestCert: true, rejectUnauthorized: false },
      (socket) => {
        resolve(socket.authorized);
        socket.end();
        host.close();
      },
    );
    host.on('tlsClientError', () => resolve(false));
    host.listen(0, () => {
      const { port } = host.address() as AddressInfo;
      connect({ port, cert, key, rejectUnauthorized: false }).on('error', () => resolve(false));
    });
  });

describe.each<[string, () => Promise<Credential>, RegExp | null]>([
  ['a leaf on P-256', () => leafOf(root), null],
  ['a leaf on P-521', () => onCurve('secp521r1'), null],
  ['an intermediate signed over SHA-256', () => below({}), null],
  ['a leaf signed over SHA-1', () => leafOf(root, { over: SHA1 }), /SHA-1/],
  ['an intermediate signed over SHA-1', () => below({ over: SHA1 }), /SHA-1/],
  ['a leaf on P-224', () => onCurve('secp224r1'), /secp224r1/],
  ['a leaf on secp256k1', () => onCurve('secp256k1'), /secp256k1/],
  ['a leaf with a DSA key', withDsa, /DSA key/],
])('%s', (_what, make, why) => {
  it('is judged under listing as a TLS stack judges it (I19)', async () => {
    const credential = await make();
    const { validUntil, pathProblems, problems } = inspectLeaf(credential, anchors, NOW, { unprobed: true });
    const said = [...Object.values(pathProblems), ...problems].join();
    if (why) expect(said).toMatch(why);
    else expect({ said, leads: Object.keys(validUntil) }).toEqual({ said: '', leads: ['cert_acme'] });
    expect(await getsIn(credential)).toBe(why === null);
  });

  it('is waited for before it begins where a TLS stack takes it then', async () => {
    const { coming = {} } = inspectLeaf(await make(), anchors, NOW - 2 * 86_400, { unprobed: true });
    expect(Object.keys(coming)).toEqual(why ? [] : ['cert_acme']);
  });

  it('says nothing of a leaf that a client runs on, which would have nothing to lose then (I1)', async () => {
    const { validUntil, problems } = inspectLeaf(await make(), anchors, NOW);
    expect({ leads: Object.keys(validUntil), problems }).toEqual({ leads: ['cert_acme'], problems: [] });
  });
});
