import type { X509Certificate } from 'node:crypto';
import { extensionsOf } from './extensions.ts';
import { permits } from './name-constraints.ts';
import { hasOutdatedSignature } from './outdated.ts';

const CLIENT_AUTH = '1.3.6.1.5.5.7.3.2';
const ANY_PURPOSE = '2.5.29.37.0';

/** Whether a certificate may be used for client authentication: what is not restricted is allowed (F13). */
export function isForClients(certificate: X509Certificate): boolean {
  // Node names the extended key usage `keyUsage`.
  const purposes = certificate.keyUsage as string[] | undefined;
  return !purposes || purposes.includes(CLIENT_AUTH) || purposes.includes(ANY_PURPOSE);
}

/**
 * Returns in plain words why every path validation refuses a CA above a path (leaf first); null when it does
 * not. Written by hand: a library that validates paths (pkijs) is as large as half of Plan's bundle, and
 * takes longer to import than all of it. It also does not check the purposes of an intermediate.
 */
export function restrictedBy(issuer: X509Certificate, path: readonly X509Certificate[]): string | null {
  if (!isForClients(issuer))
    return 'a CA above the leaf is not for client authentication (extended key usage)';
  const signed = path.at(-1);
  if (signed && hasOutdatedSignature(signed))
    return 'a certificate of the chain is signed over SHA-1 or MD5, which no host takes any more';
  const [critical] = unknownCritical(issuer);
  if (critical) return critical;
  // Name constraints do not apply to a self-issued CA certificate, such as one for a renewed key (RFC 5280).
  const below = path.filter((one, i) => i === 0 || one.subject !== one.issuer);
  try {
    return below.every((one) => permits(issuer, one))
      ? null
      : 'a CA above the leaf has name constraints that a name below it violates';
  } catch {
    return 'a CA above the leaf has name constraints that cannot be read';
  }
}

/** Returns the first such reason on a path, from its leaf to its anchor. */
export const restrictionOn = (path: readonly X509Certificate[]): string | null =>
  path.flatMap((one, i) => (i > 0 ? (restrictedBy(one, path.slice(0, i)) ?? []) : []))[0] ?? null;

/** Returns why a certificate is refused for a critical extension that no validation knows. */
export const unknownCritical = (certificate: X509Certificate): string[] => {
  const unknown = extensionsOf(certificate).critical.filter((id) => !KNOWN.some((arc) => id.startsWith(arc)));
  return unknown.length > 0 ? ['a certificate of the chain has a critical extension that no host knows'] : [];
};

/**
 * The arcs of RFC 5280's extensions (2.5.29 and 1.3.6.1.5.5.7.1) and of Netscape's, in DER and hex. Some
 * validation knows each of these extensions.
 */
const KNOWN = ['551d', '2b060105050701', '6086480186f84201'];
