import 'reflect-metadata';
import { X509Certificate } from 'node:crypto';
import type { TLSSocket } from 'node:tls';
import {
  AuthorityKeyIdentifierExtension,
  BasicConstraintsExtension,
  ExtendedKeyUsage,
  ExtendedKeyUsageExtension,
  KeyUsageFlags,
  KeyUsagesExtension,
  X509Certificate as ParsedCertificate,
} from '@peculiar/x509';
import type { StoredAnchor } from '../world/organization.ts';

/** Why a client certificate is turned away (F11). */
export type CertificateRefusal =
  | 'invalid_certificate'
  | 'certificate_verification_failed'
  | 'certificate_attribute_verification_failed';

/** What a caller sent in the handshake; `key` tells one chain from another. */
export type PresentedChain = {
  leaf: X509Certificate;
  intermediates: readonly X509Certificate[];
  key: string;
  flaw: CertificateRefusal | null;
};

/** When every certificate of one path is valid, in Unix seconds: from included, until excluded. */
type Window = { from: number; until: number };

/** Reads the chain a TLS client sent, or null when it sent none. */
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

/**
 * A judge of presented chains at an instant (Unix seconds): null when one path by signature leads to one of the
 * anchors and all of it is valid. Paths are found once for each chain and anchor; time is asked every time.
 */
export function createChainJudge() {
  const paths = new Map<string, readonly Window[]>();
  const certificates = new Map<string, X509Certificate>();

  function windows(presented: PresentedChain, pem: string): readonly Window[] {
    const key = `${presented.key}\n${pem}`;
    const known = paths.get(key);
    if (known) return known;
    const anchor = certificates.get(pem) ?? new X509Certificate(pem);
    certificates.set(pem, anchor);
    const found = pathsTo(anchor, [presented.leaf], presented.intermediates).map(windowOf);
    paths.set(key, found);
    return found;
  }

  return (
    presented: PresentedChain,
    anchors: readonly StoredAnchor[],
    now: number,
  ): CertificateRefusal | null => {
    if (presented.flaw === 'invalid_certificate') return presented.flaw;
    const verified = anchors.some(
      ({ pem }) =>
        pem !== null && windows(presented, pem).some(({ from, until }) => from <= now && now < until),
    );
    return verified ? presented.flaw : 'certificate_verification_failed';
  };
}

// A client opens many connections with one certificate, and reading it costs more than the handshake does.
const flaws = new Map<string, CertificateRefusal | null>();

function flawOf(leaf: X509Certificate): CertificateRefusal | null {
  const known = flaws.get(leaf.fingerprint256);
  if (known !== undefined) return known;
  const flaw = findFlaw(leaf);
  flaws.set(leaf.fingerprint256, flaw);
  return flaw;
}

function findFlaw(leaf: X509Certificate): CertificateRefusal | null {
  let parsed: ParsedCertificate;
  try {
    parsed = new ParsedCertificate(leaf.raw);
    if (!parsed.getExtension(AuthorityKeyIdentifierExtension)) return 'invalid_certificate';
  } catch {
    return 'invalid_certificate';
  }
  const usages = parsed.getExtension(KeyUsagesExtension)?.usages ?? 0;
  const purposes = parsed.getExtension(ExtendedKeyUsageExtension)?.usages ?? [];
  const fit = usages & KeyUsageFlags.digitalSignature && purposes.includes(ExtendedKeyUsage.clientAuth);
  return fit ? null : 'certificate_attribute_verification_failed';
}

/** Every way from the end of `path` to the anchor through the intermediates, each used once. */
function pathsTo(
  anchor: X509Certificate,
  path: readonly X509Certificate[],
  intermediates: readonly X509Certificate[],
): X509Certificate[][] {
  const last = path.at(-1);
  if (!last) return [];
  const above = path.length - 1;
  const direct = issued(anchor, last, above) ? [[...path, anchor]] : [];
  const through = intermediates
    .filter((next) => issued(next, last, above))
    .flatMap((next) =>
      pathsTo(
        anchor,
        [...path, next],
        intermediates.filter((other) => other !== next),
      ),
    );
  return [...direct, ...through];
}

/** True when `issuer` is a CA that signed `subject` and allows `below` intermediates under it. */
function issued(issuer: X509Certificate, subject: X509Certificate, below: number): boolean {
  // checkIssued compares names, key identifiers and keyCertSign; only verify looks at the signature.
  if (!issuer.ca || !subject.checkIssued(issuer) || !subject.verify(issuer.publicKey)) return false;
  return below <= pathLengthOf(issuer);
}

// By its fingerprint, since every connection brings objects of its own.
const pathLengths = new Map<string, number>();

function pathLengthOf({ fingerprint256, raw }: X509Certificate): number {
  const known =
    pathLengths.get(fingerprint256) ??
    new ParsedCertificate(raw).getExtension(BasicConstraintsExtension)?.pathLength ??
    Number.POSITIVE_INFINITY;
  pathLengths.set(fingerprint256, known);
  return known;
}

function windowOf(path: readonly X509Certificate[]): Window {
  return {
    from: Math.max(...path.map(({ validFromDate }) => validFromDate.getTime() / 1000)),
    until: Math.min(...path.map(({ validToDate }) => validToDate.getTime() / 1000)),
  };
}
