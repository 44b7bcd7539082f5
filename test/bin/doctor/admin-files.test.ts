import 'reflect-metadata';
import { createPrivateKey, webcrypto } from 'node:crypto';
import { join } from 'node:path';
import * as x509 from '@peculiar/x509';
import { describe, expect, it } from 'vitest';
import { serverIdentity } from '../../../simulation/certificates/pki.ts';
import { scratch, windlass } from '../run.ts';

const { cert, key } = serverIdentity();
const der = (pem: string) => Buffer.from(pem.replace(/-----.*?-----|\s/g, ''), 'base64');
const encrypted = createPrivateKey(key).export({
  ...{ type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase: 'x' },
});

/** Returns a certificate with an RSA key of 1,024 bits, which no TLS stack accepts any more (PEM). */
async function weak(): Promise<string> {
  const algorithm = { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256', publicExponent: new Uint8Array([1, 0, 1]) };
  const keys = await webcrypto.subtle.generateKey({ ...algorithm, modulusLength: 1024 }, true, [
    'sign',
    'verify',
  ]);
  const made = await x509.X509CertificateGenerator.createSelfSigned(
    { name: 'CN=weak', keys, signingAlgorithm: algorithm },
    webcrypto as never,
  );
  return made.toString('pem');
}

/** Returns what `windlass plan` says to these two files. */
async function refused(files: { cert: string | Buffer; key: string | Buffer }): Promise<string> {
  const folder = await scratch({ 'admin.crt': files.cert, 'admin.key': files.key });
  const [certFile, keyFile] = [join(folder, 'admin.crt'), join(folder, 'admin.key')];
  const args = [
    'plan',
    '--base-url',
    'https://127.0.0.1:1/v1',
    '--admin-cert',
    certFile,
    '--admin-key-file',
    keyFile,
  ];
  const { code, stdout, stderr } = await windlass(args, { OPENAI_ADMIN_KEY: 'sk-admin-0123' });
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  return stderr.replaceAll(`${folder}/`, '');
}

describe('the files of an admin certificate', () => {
  it.each<[string, { cert?: string | Buffer; key?: string | Buffer }, string]>([
    ['a certificate in DER', { cert: der(cert) }, 'is DER, not PEM: openssl x509 -inform DER -in admin.crt'],
    ['a key in DER', { key: der(key) }, 'is DER, not PEM: openssl pkey -inform DER -in admin.key'],
    [
      'PKCS#12',
      { cert: Buffer.from('308209cf0201033082098506092a864886f7', 'hex') },
      'is PKCS#12, not PEM: openssl pkcs12 -in admin.crt -nokeys',
    ],
    ['an empty key', { key: '\n' }, '--admin-key-file admin.key is empty'],
    ['a key with a password', { key: encrypted }, 'is encrypted: openssl pkey -in admin.key'],
    ['a certificate for the key', { key: cert }, 'are the two files the wrong way round?'],
    ["another's key", { key: serverIdentity().key }, 'is not the key of --admin-cert admin.crt'],
  ])('that hold %s are refused with what to do', async (_, files, said) => {
    expect(await refused({ cert, key, ...files })).toContain(said);
  });

  it('that hold a key too weak for TLS are not called unreadable', async () => {
    expect(await refused({ cert: await weak(), key })).toMatch(
      /^windlass: --admin-cert admin\.crt has a key or a signature that is too weak for TLS.* RSA 2048.*\n$/,
    );
  });
});
