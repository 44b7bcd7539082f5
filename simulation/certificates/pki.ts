import { generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto';
import * as der from './der.ts';
import {
  alternativeNames,
  caExtensions,
  type Flaws,
  keyIdOf,
  leafExtensions,
  purposes,
  subjectNames,
} from './extensions.ts';

// Certificates are written by hand, since a storm needs thousands and the X.509 library takes
// milliseconds for each. The hosts read them with that library, so they would refuse a
// certificate that breaks the standard.

type KeyPair = { publicKey: KeyObject; privateKey: KeyObject };
/** Unix seconds. */
type Validity = { notBefore: number; notAfter: number };

/**
 * A CA that can issue. `intermediates` is the PEM chain to send along, its own
 * certificate first; empty for a root.
 */
export type Authority = { name: string; pem: string; intermediates: string; keys: KeyPair };

/** What a client holds: a PEM chain with the leaf first, and its PKCS#8 PEM key. */
export type LeafCredential = { certificateChain: string; privateKey: string };

/** A self-signed root that passes F13 unless flawed. `keys` reuses the key pair of an earlier generation. */
export function createAuthority(about: { name: string; keys?: KeyPair } & Validity & Flaws): Authority {
  const keys = about.keys ?? newKeys();
  const pem = issue({ ...about, keys, issuer: { name: about.name, keys }, extensions: caExtensions(about) });
  return { name: about.name, pem, intermediates: '', keys };
}

/** A CA under another one. Its leaves carry it in their chain, since nobody fetches issuers (F13). */
export function issueIntermediate(issuer: Authority, about: { name: string } & Validity & Flaws): Authority {
  const keys = newKeys();
  const pem = issue({ ...about, keys, issuer, extensions: caExtensions(about) });
  return { name: about.name, pem, intermediates: pem + issuer.intermediates, keys };
}

/** A cross-certificate: another authority's name and key, vouched for by this one. PEM. */
export const crossSign = (issuer: Authority, { name, keys }: Authority, validity: Validity): string =>
  issue({ name, keys, issuer, ...validity, extensions: caExtensions({}) });

/** What a leaf says about its holder beside the common name, for a filter to ask (F16). */
export type Identity = {
  organization?: string;
  units?: readonly string[];
  dns?: readonly string[];
  uri?: readonly string[];
};

/**
 * A client certificate with its chain and key (F13: digitalSignature, clientAuth, SKI, AKI) unless flawed.
 */
export function issueLeaf(
  issuer: Authority,
  about: { commonName: string } & Identity & Validity & Flaws,
): LeafCredential {
  const keys = newKeys();
  const purpose = about.omitClientAuth ? purposes.serverAuth : purposes.clientAuth;
  const { commonName: name, organization, units = [], dns = [], uri = [] } = about;
  const extensions = [...leafExtensions(about, purpose), ...alternativeNames({ dns, uri })];
  const subject = distinguishedName([
    ...(organization === undefined ? [] : [[ORGANIZATION_NAME, organization] as const]),
    ...units.map((unit) => [UNIT_NAME, unit] as const),
    [COMMON_NAME, name],
  ]);
  const leaf = issue({ ...about, name, subject, keys, issuer, extensions });
  return {
    certificateChain: leaf + issuer.intermediates,
    privateKey: privateKeyPem(about.wrongKey ? newKeys() : keys),
  };
}

/**
 * A TLS server's own CA, certificate and key (PEM), valid in real time for
 * `hosts` and the loopback addresses.
 */
export function serverIdentity(hosts: readonly string[] = []): { ca: string; cert: string; key: string } {
  const now = Math.floor(Date.now() / 1000);
  const validity = { notBefore: now - 86_400, notAfter: now + 30 * 86_400 };
  const ca = createAuthority({ name: 'Simulated hosts', ...validity });
  const keys = newKeys();
  const names = subjectNames([...new Set(['localhost', ...hosts])], [[127, 0, 0, 1]]);
  const extensions = [...leafExtensions({}, purposes.serverAuth), names];
  const cert = issue({ name: 'localhost', ...validity, keys, issuer: ca, extensions });
  return { ca: ca.pem, cert, key: privateKeyPem(keys) };
}

function issue(
  about: {
    name: string;
    /** The whole subject, where it has more than its common name. */
    subject?: Buffer;
    keys: KeyPair;
    issuer: { name: string; keys: KeyPair };
    extensions: readonly Buffer[];
  } & Validity &
    Flaws,
): string {
  const { keys, issuer, omitSki, omitAki } = about;
  const keyIds = [
    ...(omitSki ? [] : [keyIdOf('subject', publicKeyOf(keys))]),
    ...(omitAki ? [] : [keyIdOf('authority', publicKeyOf(issuer.keys))]),
  ];
  const content = der.sequence(
    der.tagged(0, der.integer(VERSION_3)),
    about.serial ? der.signed(about.serial) : der.integer(randomBytes(16)),
    ECDSA_WITH_SHA256,
    commonName(issuer.name),
    der.sequence(der.time(about.notBefore), der.time(about.notAfter)),
    about.subject ?? commonName(about.name),
    publicKeyOf(keys),
    der.tagged(3, der.sequence(...about.extensions, ...keyIds)),
  );
  const signature = sign('sha256', content, (about.forged ? newKeys() : issuer.keys).privateKey);
  return pemOf(der.sequence(content, ECDSA_WITH_SHA256, der.bitString(signature)));
}

const [COMMON_NAME, ORGANIZATION_NAME, UNIT_NAME] = ['2.5.4.3', '2.5.4.10', '2.5.4.11'] as const;
const VERSION_3 = Buffer.from([2]);
const ECDSA_WITH_SHA256 = der.sequence(der.objectIdentifier('1.2.840.10045.4.3.2'));

const newKeys = (): KeyPair => generateKeyPairSync('ec', { namedCurve: 'P-256' });

const publicKeyOf = ({ publicKey }: KeyPair): Buffer => publicKey.export({ type: 'spki', format: 'der' });

const privateKeyPem = ({ privateKey }: KeyPair): string =>
  privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();

const pemOf = (certificate: Buffer): string => {
  const lines = certificate.toString('base64').match(/.{1,64}/g) ?? [];
  return ['-----BEGIN CERTIFICATE-----', ...lines, '-----END CERTIFICATE-----', ''].join('\n');
};

/** The name exactly as given: it may have quotes or commas, and may be empty. */
const commonName = (name: string): Buffer => distinguishedName(name === '' ? [] : [[COMMON_NAME, name]]);

const distinguishedName = (fields: readonly (readonly [id: string, value: string])[]): Buffer =>
  der.sequence(
    ...fields.map(([id, value]) => der.set(der.sequence(der.objectIdentifier(id), der.utf8String(value)))),
  );
