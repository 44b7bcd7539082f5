import 'reflect-metadata';
import type { X509Certificate } from 'node:crypto';
import type { TLSSocket } from 'node:tls';
import {
  AuthorityKeyIdentifierExtension,
  ExtendedKeyUsage,
  ExtendedKeyUsageExtension,
  KeyUsageFlags,
  KeyUsagesExtension,
  X509Certificate as ParsedCertificate,
} from '@peculiar/x509';

/** What may be wrong with a leaf itself, whatever it leads to (F11). */
type LeafFlaw = 'invalid_certificate' | 'certificate_verification_failed';

/** Why a client certificate is turned away (F11). Only an anchor's filter gives the last one. */
export type CertificateRefusal = LeafFlaw | 'certificate_attribute_verification_failed';

/** What a caller sent in the handshake; `key` tells one chain from another. */
export type PresentedChain = {
  leaf: X509Certificate;
  intermediates: readonly X509Certificate[];
  key: string;
  flaw: LeafFlaw | null;
};

/** Reads the chain that a TLS client sent; null when it sent none. */
export function presentedBy(socket: TLSSocket): PresentedChain | null {
  const leaf = socket.getPeerX509Certificate();
  if (!leaf) return null;
  const intermediates: X509Certificate[] = [];
  for (let next = leaf.issuerCertificate; next; next = next.issuerCertificate) intermediates.push(next);
  return presentedChain(leaf, intermediates);
}

/** A chain as a caller would send it, from its certificates. */
export function presentedChain(
  leaf: X509Certificate,
  intermediates: readonly X509Certificate[],
): PresentedChain {
  const key = [leaf, ...intermediates].map(({ fingerprint256 }) => fingerprint256).join();
  return { leaf, intermediates, key, flaw: flawOf(leaf) };
}

const ANY_PURPOSE = '2.5.29.37.0';

// Kept, since a client opens many connections with one certificate, and reading it
// costs more than the handshake does.
const flaws = new Map<string, LeafFlaw | null>();

function flawOf(leaf: X509Certificate): LeafFlaw | null {
  const known = flaws.get(leaf.fingerprint256);
  if (known !== undefined) return known;
  const flaw = findFlaw(leaf);
  flaws.set(leaf.fingerprint256, flaw);
  return flaw;
}

function findFlaw(leaf: X509Certificate): LeafFlaw | null {
  let parsed: ParsedCertificate;
  try {
    parsed = new ParsedCertificate(leaf.raw);
    if (!parsed.getExtension(AuthorityKeyIdentifierExtension)) return 'invalid_certificate';
  } catch {
    return 'invalid_certificate';
  }
  // As in standard path validation, what is not restricted is allowed (F13).
  const usages = parsed.getExtension(KeyUsagesExtension)?.usages ?? KeyUsageFlags.digitalSignature;
  const purposes = parsed.getExtension(ExtendedKeyUsageExtension)?.usages ?? [ANY_PURPOSE];
  const isForClients = purposes.some((one) => one === ExtendedKeyUsage.clientAuth || one === ANY_PURPOSE);
  const isKnown = parsed.extensions.every(({ critical, type }) => !critical || type.startsWith('2.5.29.'));
  return usages & KeyUsageFlags.digitalSignature && isForClients && isKnown
    ? null
    : 'certificate_verification_failed';
}
