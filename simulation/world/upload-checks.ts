import 'reflect-metadata';
import {
  AuthorityKeyIdentifierExtension,
  BasicConstraintsExtension,
  KeyUsageFlags,
  KeyUsagesExtension,
  SubjectKeyIdentifierExtension,
  X509Certificate,
} from '@peculiar/x509';

const MAX_BYTES = 16 * 1024;
const DAY = 86_400;
const PEMS = /^\s*(?:-----BEGIN CERTIFICATE-----[A-Za-z0-9+/=\s]+-----END CERTIFICATE-----\s*)+$/;
const SIGNING = KeyUsageFlags.keyCertSign | KeyUsageFlags.cRLSign;

/** Why the API refuses an upload, with its own code (F12). */
export type UploadProblem = { code: 'mtls_certificate_invalid' | 'expired_certificate'; message: string };

/**
 * Reads an upload as the API does (F7, F13): of several PEMs the first is the anchor. Returns its validity in
 * Unix seconds, or the reason to refuse it at `now`.
 */
export function readUpload(pem: string, now: number): { validAt: number; expiresAt: number } | UploadProblem {
  const invalid = (message: string): UploadProblem => ({ code: 'mtls_certificate_invalid', message });
  if (Buffer.byteLength(pem) >= MAX_BYTES) return invalid('The certificate must be smaller than 16 KB.');
  const certificate = PEMS.test(pem) ? parse(pem) : null;
  if (!certificate) return invalid('Expected a certificate in PEM format.');
  const flaw = caFlaw(certificate);
  if (flaw) return invalid(flaw);
  const [validAt, expiresAt] = [seconds(certificate.notBefore), seconds(certificate.notAfter)];
  if (expiresAt - now <= DAY)
    return { code: 'expired_certificate', message: 'The certificate has expired or expires within a day.' };
  return { validAt, expiresAt };
}

function parse(pem: string): X509Certificate | null {
  try {
    return new X509Certificate(pem);
  } catch {
    return null;
  }
}

function caFlaw(certificate: X509Certificate): string | null {
  if (!certificate.getExtension(BasicConstraintsExtension)?.ca)
    return 'The certificate is not a certificate authority (CA:TRUE).';
  const usages = certificate.getExtension(KeyUsagesExtension)?.usages ?? 0;
  if ((usages & SIGNING) !== SIGNING) return 'The certificate needs the key usages keyCertSign and cRLSign.';
  if (!certificate.getExtension(SubjectKeyIdentifierExtension))
    return 'The certificate needs a Subject Key Identifier.';
  if (!certificate.getExtension(AuthorityKeyIdentifierExtension))
    return 'The certificate needs an Authority Key Identifier.';
  return null;
}

const seconds = (date: Date): number => Math.floor(date.getTime() / 1000);
