import 'reflect-metadata';
import {
  AuthorityKeyIdentifierExtension,
  BasicConstraintsExtension,
  ExtendedKeyUsageExtension,
  type Extension,
  KeyUsageFlags,
  KeyUsagesExtension,
  SubjectKeyIdentifierExtension,
  X509CertificateGenerator,
} from '@peculiar/x509';
import { purposes } from '../../simulation/certificates/extensions.ts';
import type { LeafCredential } from '../../simulation/certificates/pki.ts';
import { DAY, NOW } from './organization.ts';

/** The properties of a certificate that the project's own builder cannot set. */
export type Kind = {
  algorithm?: { name: string; namedCurve?: string };
  /** The hash by which key identifiers are made. */
  hash?: 'SHA-1' | 'SHA-256';
  /** Hexadecimal. */
  serialNumber?: string;
  /** Unix seconds. */
  notAfter?: number;
};

const P256 = { name: 'ECDSA', namedCurve: 'P-256' };
const keysOf = (algorithm: Kind['algorithm'] = P256) =>
  crypto.subtle.generateKey(algorithm as typeof P256, true, ['sign', 'verify']);
type Keys = Awaited<ReturnType<typeof keysOf>>;

/** A self-signed CA of a kind, and leaves of it. */
export async function authorityOfKind(name: string, kind: Kind = {}) {
  const keys = await keysOf(kind.algorithm);
  const issue = async (subject: string, own: Keys, more: Extension[]) => {
    const { hash = 'SHA-1', serialNumber, notAfter = NOW + 3_000 * DAY } = kind;
    const certificate = await X509CertificateGenerator.create({
      ...{ subject: `CN=${subject}`, issuer: `CN=${name}` },
      ...{ publicKey: own.publicKey, signingKey: keys.privateKey },
      ...(serialNumber !== undefined && { serialNumber }),
      ...{ notBefore: new Date((NOW - 100 * DAY) * 1000), notAfter: new Date(notAfter * 1000) },
      signingAlgorithm: { ...(kind.algorithm ?? P256), hash: 'SHA-256', saltLength: 32 },
      extensions: [
        ...more,
        new SubjectKeyIdentifierExtension(await idOf(own, hash)),
        new AuthorityKeyIdentifierExtension(await idOf(keys, hash)),
      ],
    });
    return `${certificate.toString('pem')}\n`;
  };
  const { keyCertSign, cRLSign, digitalSignature } = KeyUsageFlags;
  return {
    pem: await issue(name, keys, [
      new BasicConstraintsExtension(true, undefined, true),
      new KeyUsagesExtension(keyCertSign | cRLSign, true),
    ]),
    async leafOf(commonName: string): Promise<LeafCredential> {
      const own = await keysOf(kind.algorithm);
      const key = Buffer.from(await crypto.subtle.exportKey('pkcs8', own.privateKey)).toString('base64');
      return {
        certificateChain: await issue(commonName, own, [
          new KeyUsagesExtension(digitalSignature, true),
          new ExtendedKeyUsageExtension([purposes.clientAuth]),
        ]),
        privateKey: `-----BEGIN PRIVATE KEY-----\n${key.match(/.{1,64}/g)?.join('\n')}\n-----END PRIVATE KEY-----\n`,
      };
    },
  };
}

const idOf = async ({ publicKey }: Keys, hash: 'SHA-1' | 'SHA-256'): Promise<string> => {
  const spki = await crypto.subtle.exportKey('spki', publicKey);
  return Buffer.from(await crypto.subtle.digest(hash, spki)).toString('hex');
};
