import { createHash } from 'node:crypto';
import * as der from './der.ts';

/** What to leave out or get wrong, to make the broken material that tests need. */
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
  /** The content of the serial number's DER, even 0 or negative; random by default. */
  serial?: Buffer;
  /** A CA whose extended key usage is for servers alone. */
  forServers?: boolean;
  /** A critical extension that nobody knows. */
  unknownCritical?: boolean;
  /** A CA that lets only names below this host stand below it (name constraints). */
  onlyBelow?: string;
};

/** What a leaf may be used for. */
export const purposes = { serverAuth: '1.3.6.1.5.5.7.3.1', clientAuth: '1.3.6.1.5.5.7.3.2' } as const;

/** The extensions that make a certificate a CA (F13), unless flawed. */
export const caExtensions = ({ notCa, omitKeyUsage, forServers, onlyBelow, ...more }: Flaws): Buffer[] => [
  basicConstraints(!notCa),
  ...(omitKeyUsage ? [] : [keyUsage(KEY_CERT_SIGN | CRL_SIGN)]),
  ...(forServers ? [extendedKeyUsage(purposes.serverAuth)] : []),
  ...(onlyBelow === undefined ? [] : [nameConstraints(onlyBelow)]),
  ...unknownTo(more),
];

/** The extensions that a leaf needs for one purpose (F13), unless flawed. */
export const leafExtensions = ({ omitKeyUsage, ...more }: Flaws, purpose: string): Buffer[] => [
  basicConstraints(false),
  ...(omitKeyUsage ? [] : [keyUsage(DIGITAL_SIGNATURE)]),
  extendedKeyUsage(purpose),
  ...unknownTo(more),
];

const unknownTo = ({ unknownCritical }: Flaws): Buffer[] =>
  unknownCritical ? [extension('1.3.6.1.4.1.99999.1', der.octetString(Buffer.alloc(1)), true)] : [];

/** The key identifier of a certificate's own key or of its issuer's, from the SubjectPublicKeyInfo. */
export function keyIdOf(whose: 'subject' | 'authority', publicKey: Buffer): Buffer {
  // The hash is of the point alone (RFC 5280), which is the last 65 bytes of a P-256 key.
  const id = createHash('sha1').update(publicKey.subarray(-65)).digest();
  return whose === 'subject'
    ? extension('2.5.29.14', der.octetString(id))
    : extension('2.5.29.35', der.sequence(der.tagged(0, id, 'primitive')));
}

/** The host names and addresses that a server's certificate is for. */
export const subjectNames = (hosts: readonly string[], addresses: readonly (readonly number[])[]): Buffer =>
  extension(
    '2.5.29.17',
    der.sequence(
      ...hosts.map((host) => der.tagged(2, Buffer.from(host), 'primitive')),
      ...addresses.map((address) => der.tagged(7, Buffer.from(address), 'primitive')),
    ),
  );

/** The host names and URIs that a leaf is for; no extension where there are none. */
export const alternativeNames = ({
  dns,
  uri,
}: {
  dns: readonly string[];
  uri: readonly string[];
}): Buffer[] => {
  const names = [
    ...dns.map((name) => der.tagged(2, Buffer.from(name), 'primitive')),
    ...uri.map((name) => der.tagged(6, Buffer.from(name), 'primitive')),
  ];
  return names.length === 0 ? [] : [extension('2.5.29.17', der.sequence(...names))];
};

/** Bits of key usages. The first usage is the highest bit. */
const [DIGITAL_SIGNATURE, KEY_CERT_SIGN, CRL_SIGN] = [0x80, 0x04, 0x02];

function keyUsage(bits: number): Buffer {
  const unused = Math.log2(bits & -bits);
  return extension('2.5.29.15', der.bitString(Buffer.from([bits]), unused), true);
}

const basicConstraints = (isCa: boolean): Buffer =>
  extension('2.5.29.19', isCa ? der.sequence(der.boolean(true)) : der.sequence(), true);

const extendedKeyUsage = (purpose: string): Buffer =>
  extension('2.5.29.37', der.sequence(der.objectIdentifier(purpose)));

const nameConstraints = (host: string): Buffer =>
  extension(
    '2.5.29.30',
    der.sequence(der.tagged(0, der.sequence(der.tagged(2, Buffer.from(host), 'primitive')))),
    true,
  );

const extension = (id: string, value: Buffer, isCritical = false): Buffer =>
  der.sequence(der.objectIdentifier(id), ...(isCritical ? [der.boolean(true)] : []), der.octetString(value));
