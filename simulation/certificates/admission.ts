import type { SimulatedOrganization, StoredAnchor, Trusted } from '../world/simulated-organization.ts';
import 'reflect-metadata';
import { X509Certificate } from 'node:crypto';
import {
  BasicConstraintsExtension,
  ExtendedKeyUsage,
  ExtendedKeyUsageExtension,
  X509Certificate as ParsedCertificate,
} from '@peculiar/x509';
import { filterOf } from './filter.ts';
import { attributesOf } from './leaf-attributes.ts';
import type { CertificateRefusal, PresentedChain } from './presented-chain.ts';

/**
 * One caller at one instant (Unix seconds): the chain that it sent, if any, and what
 * the host trusts for its project.
 */
export type Caller = { presented: PresentedChain | null; trusted: Trusted; now: number };

/**
 * What a host answers to a caller, in the words of F11. `by` is the anchor that let it
 * in, which no host tells anybody.
 */
export type Admission =
  | { kind: 'accepted'; by?: string }
  | { kind: 'refused'; code: 'certificate_required' | CertificateRefusal };

/**
 * One certificate of what a caller sent, or the anchor: when it is valid (`from` included, `until` excluded),
 * and the positions of its issuers in the ladder.
 */
type Rung = { certificate: X509Certificate; from: number; until: number; issuers: readonly number[] };

/** The leaf, then what the caller sent along, then the anchor. */
type Ladder = readonly Rung[];

/** Whether a caller is asked for a certificate at all (F8). */
export const isEnforced = ({ project, organization }: Trusted): boolean =>
  project.length + organization.length > 0;

/**
 * The project that a host names in its answer: the project of the key or token, where mutual TLS let the call
 * through to the API. Null where the answer says nothing (F10).
 */
export const projectTold = (
  { tellsProjects }: Pick<SimulatedOrganization, 'tellsProjects'>,
  project: string,
  { kind }: Pick<Admission, 'kind'>,
): string | null => (tellsProjects && kind === 'accepted' ? project : null);

/**
 * Returns what a host answers to a caller (F7, F8, F11). Where the leaf names active anchors as its issuer,
 * one of them verifies it or the caller is refused; the chain is tried only where it names none. The anchor
 * that a path leads to is chosen first. Then its filter decides (F16), and no other anchor is asked.
 * Signatures are checked once for each chain and anchor, time at every call.
 */
export function createAdmission(): (caller: Caller) => Admission {
  const known = new Map<string, Ladder>();
  const named = new Map<string, boolean>();
  const certificates = new Map<string, X509Certificate>();
  const certificateOf = (pem: string): X509Certificate => {
    const anchor = certificates.get(pem) ?? new X509Certificate(pem);
    certificates.set(pem, anchor);
    return anchor;
  };

  function ladderTo(presented: PresentedChain, pem: string): Ladder {
    const key = `${presented.key}\n${pem}`;
    const found =
      known.get(key) ?? ladderOf([presented.leaf, ...presented.intermediates, certificateOf(pem)]);
    known.set(key, found);
    return found;
  }

  /** Whether the leaf has the name and key identifier of this issuer, whatever the signature says. */
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
    // Certificates may outlive what the API says about their anchor, so that they can be
    // shared. Both have to be valid.
    const leads = ({ pem, validAt = 0, expiresAt }: StoredAnchor, directly: boolean): boolean =>
      pem !== null &&
      validAt <= now &&
      now < expiresAt &&
      (directly ? isDirect : isClimbed)(ladderTo(presented, pem), now);
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

const isValid = ({ from, until }: Rung, now: number): boolean => from <= now && now < until;

/** Whether the anchor has issued the leaf itself. */
function isDirect(ladder: Ladder, now: number): boolean {
  const [leaf, anchor] = [ladder[0], ladder.at(-1)];
  if (!leaf || !anchor) return false;
  return leaf.issuers.includes(ladder.length - 1) && isValid(leaf, now) && isValid(anchor, now);
}

/**
 * Whether some path leads up to the anchor. A certificate counts where it is first reached: nowhere
 * else do fewer CAs stand below it.
 */
function isClimbed(ladder: Ladder, now: number): boolean {
  const reached = new Set<number>();
  let level = ladder[0] && isValid(ladder[0], now) ? [0] : [];
  for (let below = 0; level.length > 0; below++) {
    const above = new Set(level.flatMap((at) => ladder[at]?.issuers ?? []));
    level = [...above].filter((at) => {
      const rung = ladder[at];
      const { pathLength = -1, isOpen = false } = rung ? limitsOf(rung.certificate) : {};
      return rung && !reached.has(at) && isValid(rung, now) && below <= pathLength && isOpen;
    });
    for (const at of level) reached.add(at);
  }
  return reached.has(ladder.length - 1);
}

const ladderOf = (certificates: readonly X509Certificate[]): Ladder =>
  certificates.map((certificate) => ({
    certificate,
    from: certificate.validFromDate.getTime() / 1000,
    until: certificate.validToDate.getTime() / 1000,
    // The first is the leaf, which issues nothing.
    issuers: certificates.flatMap((issuer, at) => (at > 0 && issued(issuer, certificate) ? [at] : [])),
  }));

// By fingerprints, since every connection brings new objects.
const signatures = new Map<string, boolean>();

/** Whether `issuer` is a CA that signed `subject`. */
function issued(issuer: X509Certificate, subject: X509Certificate): boolean {
  // checkIssued compares names, key identifiers and keyCertSign; only verify looks at the signature.
  if (!issuer.ca || issuer === subject || !subject.checkIssued(issuer)) return false;
  const pair = `${issuer.fingerprint256} ${subject.fingerprint256}`;
  const isSigned = signatures.get(pair) ?? subject.verify(issuer.publicKey);
  signatures.set(pair, isSigned);
  return isSigned;
}

type Limits = { pathLength: number; isOpen: boolean };

const limits = new Map<string, Limits>();

/** How many CAs may stand below a CA, and whether a client's path may go through it at all. */
function limitsOf({ fingerprint256, raw }: X509Certificate): Limits {
  const known = limits.get(fingerprint256) ?? readLimits(new ParsedCertificate(raw));
  limits.set(fingerprint256, known);
  return known;
}

function readLimits(certificate: ParsedCertificate): Limits {
  const purposes = certificate.getExtension(ExtendedKeyUsageExtension)?.usages ?? [ANY_PURPOSE];
  const isKnown = certificate.extensions.every(
    ({ critical, type }) => !critical || type.startsWith('2.5.29.'),
  );
  return {
    pathLength: certificate.getExtension(BasicConstraintsExtension)?.pathLength ?? Number.POSITIVE_INFINITY,
    isOpen: isKnown && purposes.some((one) => one === ExtendedKeyUsage.clientAuth || one === ANY_PURPOSE),
  };
}

const ANY_PURPOSE = '2.5.29.37.0';
