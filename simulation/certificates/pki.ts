import 'reflect-metadata';
import type { webcrypto } from 'node:crypto';
import {
  AuthorityKeyIdentifierExtension,
  BasicConstraintsExtension,
  ExtendedKeyUsage,
  ExtendedKeyUsageExtension,
  type Extension,
  KeyUsageFlags,
  KeyUsagesExtension,
  Name,
  PemConverter,
  SubjectAlternativeNameExtension,
  SubjectKeyIdentifierExtension,
  X509CertificateGenerator,
} from '@peculiar/x509';

type KeyPair = webcrypto.CryptoKeyPair;
/** Unix seconds. */
type Validity = { notBefore: number; notAfter: number };

/** Leaves something out, or gets it wrong, to make the broken material that tests need. */
export type Flaws = {
  omitAki?: boolean;
  omitSki?: boolean;
  omitKeyUsage?: boolean;
  /** A leaf without clientAuth. */
  omitClientAuth?: boolean;
  /** A "CA" whose basic constraints say CA:FALSE. */
  notCa?: boolean;
  /** Signed by a key that is not the issuer's. */
  forged?: boolean;
  /** A leaf returned with a private key that is not its own. */
  wrongKey?: boolean;
};

/** A CA that can issue; `intermediates` is the PEM chain to send along, its own first, empty for a root. */
export type Authority = { name: string; pem: string; intermediates: string; keys: KeyPair };

/** What a client holds: PEM chain with the leaf first, and its PKCS#8 PEM key. */
export type LeafCredential = { certificateChain: string; privateKey: string };

const P256 = { name: 'ECDSA', namedCurve: 'P-256' };
const SIGNATURE = { name: 'ECDSA', hash: 'SHA-256' };

/** A self-signed root that passes F13 unless flawed; `keys` reuses the key pair of an earlier generation. */
export async function createAuthority(
  about: { name: string; keys?: KeyPair } & Validity & Flaws,
): Promise<Authority> {
  const keys = about.keys ?? (await newKeys());
  const pem = await issue({
    ...about,
    keys,
    issuer: { name: about.name, keys },
    extensions: caExtensions(about),
  });
  return { name: about.name, pem, intermediates: '', keys };
}

/** A CA under another one. Its leaves carry it in their chain, since nobody fetches issuers (F13). */
export async function issueIntermediate(
  issuer: Authority,
  about: { name: string } & Validity & Flaws,
): Promise<Authority> {
  const keys = await newKeys();
  const pem = await issue({ ...about, keys, issuer, extensions: caExtensions(about) });
  return { name: about.name, pem, intermediates: pem + issuer.intermediates, keys };
}

/** A client certificate with its chain and key (F13: digitalSignature, clientAuth, SKI, AKI) unless flawed. */
export async function issueLeaf(
  issuer: Authority,
  about: { commonName: string } & Validity & Flaws,
): Promise<LeafCredential> {
  const keys = await newKeys();
  const usage = new ExtendedKeyUsageExtension([
    about.omitClientAuth ? ExtendedKeyUsage.serverAuth : ExtendedKeyUsage.clientAuth,
  ]);
  const leaf = await issue({
    ...about,
    name: about.commonName,
    keys,
    issuer,
    extensions: leafExtensions(about, usage),
  });
  return {
    certificateChain: leaf + issuer.intermediates,
    privateKey: await privateKeyPem(about.wrongKey ? await newKeys() : keys),
  };
}

/** A TLS server's own CA, certificate and key (PEM), valid in real time for `hosts` and the loopback addresses. */
export async function serverIdentity(
  hosts: readonly string[] = [],
): Promise<{ ca: string; cert: string; key: string }> {
  const now = Math.floor(Date.now() / 1000);
  const validity = { notBefore: now - 86_400, notAfter: now + 30 * 86_400 };
  const ca = await createAuthority({ name: 'Simulated hosts', ...validity });
  const keys = await newKeys();
  const names = [...new Set(['localhost', ...hosts])].map((value) => ({ type: 'dns' as const, value }));
  const extensions = leafExtensions({}, new ExtendedKeyUsageExtension([ExtendedKeyUsage.serverAuth]));
  extensions.push(new SubjectAlternativeNameExtension([...names, { type: 'ip', value: '127.0.0.1' }]));
  const cert = await issue({ name: 'localhost', ...validity, keys, issuer: ca, extensions });
  return { ca: ca.pem, cert, key: await privateKeyPem(keys) };
}

function caExtensions({ notCa, omitKeyUsage }: Flaws): Extension[] {
  const signing = KeyUsageFlags.keyCertSign | KeyUsageFlags.cRLSign;
  return [
    new BasicConstraintsExtension(!notCa, undefined, true),
    ...(omitKeyUsage ? [] : [new KeyUsagesExtension(signing, true)]),
  ];
}

function leafExtensions({ omitKeyUsage }: Flaws, usage: Extension): Extension[] {
  return [
    new BasicConstraintsExtension(false, undefined, true),
    ...(omitKeyUsage ? [] : [new KeyUsagesExtension(KeyUsageFlags.digitalSignature, true)]),
    usage,
  ];
}

async function issue(
  about: {
    name: string;
    keys: KeyPair;
    issuer: { name: string; keys: KeyPair };
    extensions: Extension[];
  } & Validity &
    Flaws,
): Promise<string> {
  const { keys, issuer } = about;
  const extensions = [...about.extensions];
  if (!about.omitSki) extensions.push(await SubjectKeyIdentifierExtension.create(keys.publicKey));
  if (!about.omitAki) extensions.push(await AuthorityKeyIdentifierExtension.create(issuer.keys.publicKey));
  const certificate = await X509CertificateGenerator.create({
    subject: commonName(about.name),
    issuer: commonName(issuer.name),
    notBefore: new Date(about.notBefore * 1000),
    notAfter: new Date(about.notAfter * 1000),
    publicKey: keys.publicKey,
    signingKey: about.forged ? (await newKeys()).privateKey : issuer.keys.privateKey,
    signingAlgorithm: SIGNATURE,
    extensions,
  });
  return `${certificate.toString('pem')}\n`;
}

const newKeys = async (): Promise<KeyPair> =>
  (await crypto.subtle.generateKey(P256, true, ['sign', 'verify'])) as KeyPair;

async function privateKeyPem({ privateKey }: KeyPair): Promise<string> {
  return `${PemConverter.encode(await crypto.subtle.exportKey('pkcs8', privateKey), PemConverter.PrivateKeyTag)}\n`;
}

/** As an ASN.1 string, since text is parsed as RFC 2253 and would lose quotes, commas and the like. */
const commonName = (name: string): Name => new Name([{ CN: [{ utf8String: name }] }]);
