import type { X509Certificate } from 'node:crypto';
import { oncePer } from '../../domain/once.ts';
import { inside } from './der.ts';

/**
 * The facts about a certificate that F13 needs and that Node's X509Certificate does not show. Key ids are
 * lower-case hex.
 */
export type Extensions = {
  hasAuthorityKeyId: boolean;
  authorityKeyId: string | null;
  subjectKeyId: string | null;
  hasKeyUsage: boolean;
  digitalSignature: boolean;
  keyCertSign: boolean;
  crlSign: boolean;
  /** How many CAs may stand between this one and a leaf; `Infinity` when it does not say. */
  pathLength: number;
  /** The object identifiers (DER, hex) of the critical extensions. */
  critical: readonly string[];
  /** The values of two extensions that are read on demand, and the content of the subject (DER). */
  nameConstraints: Buffer | undefined;
  subjectAltName: Buffer | undefined;
  subject: Buffer | undefined;
  /** The public key (SPKI, DER) as the certificate writes it. */
  publicKey: Buffer | undefined;
};

/**
 * Reads the extensions from a certificate's DER. Throws a RangeError when it is not DER. Written by hand,
 * because an X.509 library would take the functions that also hold the API client over their size limit.
 */
export const extensionsOf = oncePer(readExtensions);

function readExtensions(certificate: X509Certificate): Extensions {
  const values = new Map<string, Buffer>();
  const critical: string[] = [];
  // Certificate, then TBSCertificate, each a sequence.
  const tbs = inside(inside(inside(certificate.raw)[0]?.content)[0]?.content);
  for (const extension of inside(inside(tbs.find(({ tag }) => tag === EXTENSIONS)?.content)[0]?.content)) {
    const parts = inside(extension.content);
    const [oid, value] = [parts[0]?.content.toString('hex'), parts.at(-1)?.content];
    if (oid && value) values.set(oid, value);
    if (oid && parts.some(({ tag, content }) => tag === BOOLEAN && content[0] !== 0)) critical.push(oid);
  }
  const authority = inside(inside(values.get(AUTHORITY_KEY_ID))[0]?.content);
  // A BIT STRING: the number of unused trailing bits, then the flags from the highest bit down.
  const usages = inside(values.get(KEY_USAGE))[0]?.content[1] ?? 0;
  const limit = inside(inside(values.get(BASIC_CONSTRAINTS))[0]?.content).find(({ tag }) => tag === INTEGER);
  // Version, serial number, algorithm, issuer, validity, subject, public key.
  const [subject, publicKey] = tbs.slice(tbs[0]?.tag === VERSION ? 5 : 4);
  return {
    critical,
    nameConstraints: values.get(NAME_CONSTRAINTS),
    subjectAltName: values.get(SUBJECT_ALT_NAME),
    subject: subject?.content,
    publicKey: publicKey?.whole,
    pathLength: limit ? numberIn(limit.content) : Number.POSITIVE_INFINITY,
    hasAuthorityKeyId: values.has(AUTHORITY_KEY_ID),
    authorityKeyId: authority.find(({ tag }) => tag === KEY_IDENTIFIER)?.content.toString('hex') ?? null,
    subjectKeyId: inside(values.get(SUBJECT_KEY_ID))[0]?.content.toString('hex') ?? null,
    hasKeyUsage: values.has(KEY_USAGE),
    digitalSignature: (usages & 0x80) !== 0,
    keyCertSign: (usages & 0x04) !== 0,
    crlSign: (usages & 0x02) !== 0,
  };
}

const EXTENSIONS = 0xa3; // [3] in a TBSCertificate
const VERSION = 0xa0;
const BOOLEAN = 0x01;
const INTEGER = 0x02;
const KEY_IDENTIFIER = 0x80; // [0] in an AuthorityKeyIdentifier
const SUBJECT_KEY_ID = '551d0e'; // 2.5.29.14
const KEY_USAGE = '551d0f'; // 2.5.29.15
const SUBJECT_ALT_NAME = '551d11'; // 2.5.29.17
const BASIC_CONSTRAINTS = '551d13'; // 2.5.29.19
const NAME_CONSTRAINTS = '551d1e'; // 2.5.29.30
const AUTHORITY_KEY_ID = '551d23'; // 2.5.29.35

/** Returns a non-negative integer from its octets, however many there are. */
const numberIn = (octets: Buffer): number => octets.reduce((sum, octet) => sum * 256 + octet, 0);
