import 'reflect-metadata';
import * as x509 from '@peculiar/x509';
import { expect, it } from 'vitest';
import { isIssuedBelow, marksOf } from '../../lambdas/adapters/x509/issuer.ts';

x509.cryptoProvider.set(crypto);
const EC = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };

const keys = () => crypto.subtle.generateKey(EC, true, ['sign', 'verify']);
type Keys = Awaited<ReturnType<typeof keys>>;
const [root, other] = await Promise.all([keys(), keys()]);

async function certificate(subject: string, own: Keys, extensions: x509.Extension[]) {
  const made = await x509.X509CertificateGenerator.create({
    ...{ subject, issuer: 'CN=acme 1', notBefore: new Date(0), notAfter: new Date(4e12) },
    ...{ signingAlgorithm: EC, publicKey: own.publicKey, signingKey: root.privateKey, extensions },
  });
  return `${made.toString('pem')}\n`;
}

it('a leaf that names its issuer by name and serial number, as openssl.cnf has it by `issuer:always`, is known by what has signed it', async () => {
  const keyId = await x509.SubjectKeyIdentifierExtension.create(root.publicKey);
  const anchor = await certificate('CN=acme 1', root, [
    new x509.BasicConstraintsExtension(true, undefined, true),
    keyId,
  ]);
  const { key, subject } = marksOf(anchor);
  if (key === null || subject === null) throw new Error('it has marks');
  const issuer = { key, subject, keyId: keyId.keyId };
  const names = new x509.GeneralNames([{ type: 'dn', value: 'CN=acme 1' }]);
  const { serialNumber } = new x509.X509Certificate(anchor);
  const bySerial = new x509.AuthorityKeyIdentifierExtension({ name: names, serialNumber });
  const byKey = await x509.AuthorityKeyIdentifierExtension.create(root.publicKey);
  const byAnother = await x509.AuthorityKeyIdentifierExtension.create(other.publicKey);
  const leafWith = async (...extensions: x509.Extension[]) =>
    isIssuedBelow(await certificate('CN=billing', await keys(), extensions), issuer);
  expect(await Promise.all([leafWith(bySerial), leafWith(byKey)])).toEqual([true, true]);
  // No host finds a path from these leaves to the anchor.
  expect(await Promise.all([leafWith(byAnother), leafWith()])).toEqual([false, false]);
});
