import 'reflect-metadata';
import { X509Certificate } from 'node:crypto';
import { BasicConstraintsExtension, X509Certificate as ParsedCertificate } from '@peculiar/x509';
import type { StoredAnchor, Trusted } from '../world/organization.ts';
import { filterOf } from './filter.ts';
import { attributesOf } from './leaf-attributes.ts';
import type { CertificateRefusal, PresentedChain } from './presented-chain.ts';

/** One caller at one instant (Unix seconds): the chain it sent, if any, and what the host trusts for its project. */
export type Caller = { presented: PresentedChain | null; trusted: Trusted; now: number };

/** What a host answers to a caller, in the words of F11; `by` is the anchor that let it in, which no host tells anybody. */
export type Admission =
  | { kind: 'accepted'; by?: string }
  | { kind: 'refused'; code: 'certificate_required' | CertificateRefusal };

/** One way from a leaf up to an anchor, and when all of it is valid: from included, until excluded. */
type Path = { isDirect: boolean; from: number; until: number };

/** True where a caller is asked for a certificate at all (F8). */
export const isEnforced = ({ project, organization }: Trusted): boolean =>
  project.length + organization.length > 0;

/**
 * Says what a host answers to a caller (F7, F8, F11). Where the leaf names active anchors as its issuer, one of them verifies it or
 * the caller is refused: the chain is tried only where it names none. The anchor that a path leads to is chosen first; then its
 * filter decides (F16), and no other anchor is asked. Paths are by signature, and found once for each chain and anchor; time
 * is asked every time.
 */
export function createAdmission(): (caller: Caller) => Admission {
  const known = new Map<string, readonly Path[]>();
  const named = new Map<string, boolean>();
  const certificates = new Map<string, X509Certificate>();
  const certificateOf = (pem: string): X509Certificate => {
    const anchor = certificates.get(pem) ?? new X509Certificate(pem);
    certificates.set(pem, anchor);
    return anchor;
  };

  function pathsOf(presented: PresentedChain, pem: string): readonly Path[] {
    const key = `${presented.key}\n${pem}`;
    const found = known.get(key);
    if (found) return found;
    const paths = chainsTo(certificateOf(pem), [presented.leaf], presented.intermediates).map(pathOf);
    known.set(key, paths);
    return paths;
  }

  /** The names and key identifiers of its issuer, whatever the signature says. */
  function isNamedBy({ leaf, key }: PresentedChain, pem: string): boolean {
    const pair = `${key}\n${pem}`;
    const isNamed = named.get(pair) ?? leaf.checkIssued(certificateOf(pem));
    named.set(pair, isNamed);
    return isNamed;
  }

  return ({ presented, trusted, now }) => {
    if (!isEnforced(trusted)) return { kind: 'accepted' };
    if (!presented) return { kind: 'refused', code: 'certificate_required' };
    const { flaw } = presented;
    if (flaw === 'invalid_certificate') return { kind: 'refused', code: flaw };
    // Certificates may outlive what the API says of their anchor, so that they can be shared: both have to be valid.
    const leads = ({ pem, validAt = 0, expiresAt }: StoredAnchor, directly: boolean): boolean =>
      pem !== null &&
      validAt <= now &&
      now < expiresAt &&
      pathsOf(presented, pem).some(
        (path) => path.isDirect === directly && path.from <= now && now < path.until,
      );
    const anchors = [...trusted.project, ...trusted.organization];
    const issuers = anchors.filter(({ pem }) => pem !== null && isNamedBy(presented, pem));
    const chosen =
      issuers.length > 0
        ? issuers.find((anchor) => leads(anchor, true))
        : anchors.find((anchor) => leads(anchor, false));
    if (!chosen || flaw) return { kind: 'refused', code: 'certificate_verification_failed' };
    const { filter } = chosen;
    return filter === undefined || filterOf(filter)(attributesOf(presented.leaf))
      ? { kind: 'accepted', by: chosen.id }
      : { kind: 'refused', code: 'certificate_attribute_verification_failed' };
  };
}

/** Every way from the end of `path` to the anchor through the intermediates, each used once. */
function chainsTo(
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
      chainsTo(
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

const pathOf = (chain: readonly X509Certificate[]): Path => ({
  isDirect: chain.length === 2,
  from: Math.max(...chain.map(({ validFromDate }) => validFromDate.getTime() / 1000)),
  until: Math.min(...chain.map(({ validToDate }) => validToDate.getTime() / 1000)),
});
