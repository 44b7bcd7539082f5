import 'reflect-metadata';
import { type KeyObject, webcrypto, X509Certificate } from 'node:crypto';
import * as x509 from '@peculiar/x509';
import { expect, it } from 'vitest';
import { keyDigestOf, keysOf } from '../../lambdas/adapters/x509/keys.ts';
import { inspectLeaf } from '../../lambdas/adapters/x509/leaf.ts';
import { authorityOf } from '../../simulation/certificates/material.ts';

const EC = { name: 'ECDSA', namedCurve: 'P-256' };
const publicKey = (key: KeyObject) =>
  webcrypto.subtle.importKey('spki', key.export({ type: 'spki', format: 'der' }), EC, true, ['verify']);
const privateKey = (key: KeyObject) =>
  webcrypto.subtle.importKey('pkcs8', key.export({ type: 'pkcs8', format: 'der' }), EC, true, ['sign']);

const acme = authorityOf('acme', 0);
const bolt = authorityOf('bolt', 0);
const nameOf = (pem: string) => new x509.X509Certificate(pem).subjectName;

/** The ways in which a certificate identifies its issuer, besides the name. */
const identifiers = {
  'by the key': async () => x509.AuthorityKeyIdentifierExtension.create(await publicKey(bolt.keys.publicKey)),
  'by the name and number that its issuer had before it was renewed': async () =>
    new x509.AuthorityKeyIdentifierExtension({
      name: new x509.GeneralNames([{ type: 'dn', value: nameOf(bolt.pem).toString() }]),
      serialNumber: '01',
    }),
  'by an identifier that its issuer’s own certificate has another of': async () =>
    new x509.AuthorityKeyIdentifierExtension('00112233445566778899aabbccddeeff00112233'),
};

it.each(Object.entries(identifiers))(
  'I15: an anchor vouches for a leaked key by its signature, however the cross-certificate names its issuer: %s',
  async (_, identifier) => {
    const cross = await x509.X509CertificateGenerator.create({
      subject: nameOf(acme.pem),
      issuer: nameOf(bolt.pem),
      notBefore: new Date(1_000_000_000_000),
      notAfter: new Date(4_000_000_000_000),
      publicKey: await publicKey(acme.keys.publicKey),
      signingKey: await privateKey(bolt.keys.privateKey),
      signingAlgorithm: { ...EC, hash: 'SHA-256' },
      extensions: [
        new x509.BasicConstraintsExtension(true, undefined, true),
        new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign, true),
        await identifier(),
      ],
    } as never);
    const crossed = cross.toString('pem');
    expect(new X509Certificate(crossed).verify(bolt.keys.publicKey)).toBe(true);
    const keys = keysOf([
      { anchorId: 'cert_acme0', pem: acme.pem },
      { anchorId: 'cert_bolt0', pem: `${bolt.pem}${crossed}\n` },
    ]);
    expect(keys.get('cert_bolt0')?.vouchesFor).toContain(keyDigestOf(acme.pem));
    // A certificate may be below an anchor by its signature and not by its identifiers. A plan knows both
    // (I9).
    const seen = inspectLeaf(
      { certificateChain: crossed, privateKey: '' },
      [{ anchorId: 'cert_bolt0', pem: bolt.pem }],
      1_800_000_000,
    );
    const isNamed = new X509Certificate(crossed).checkIssued(new X509Certificate(bolt.pem));
    expect(seen.chainsTo).toEqual(isNamed ? ['cert_bolt0'] : []);
    expect(seen.signedBy ?? []).toEqual(isNamed ? [] : ['cert_bolt0']);
  },
);
