import type { X509Certificate } from 'node:crypto';
import { oncePer } from '../../domain/once.ts';
import { extensionsOf } from './extensions.ts';
import { foldedName } from './names.ts';
import { certificatesIn, datesProblem } from './pem.ts';

/**
 * Returns the shortest way up from a certificate to each of the CA certificates beside it, whatever their
 * order, shortest first. One way to each is enough: two authorities that have cross-certified each other
 * every year make too many ways to count. A self-signed certificate is an anchor that was sent along. It is
 * trusted through its upload, and is no step of a path.
 */
export function pathsFrom(
  start: X509Certificate,
  beside: readonly X509Certificate[],
  issued: Relation = issuedBy,
): Map<X509Certificate, X509Certificate[]> {
  const issuers = beside.filter((one) => one.ca && !issued(one)(one));
  const paths = new Map([[start, [start]]]);
  // The map grows while the loop runs: each certificate that is reached is climbed from in its turn.
  for (const [last, path] of paths)
    for (const issuer of issuers)
      if (!paths.has(issuer) && issued(issuer)(last)) paths.set(issuer, [...path, issuer]);
  return paths;
}

/**
 * A way up: the certificates that it goes through, leaf first, the certificate that it ends at, how many CAs
 * that makes, and until when it is valid (Unix seconds).
 */
export type Way = { path: readonly X509Certificate[]; end: X509Certificate; through: number; until: number };

/**
 * Returns the ways up from `start` through certificates that are valid at `now`, and that the CAs above
 * allow. For each certificate it has the shortest way, and each longer way that stays valid longer.
 */
export function waysFrom(
  start: X509Certificate,
  reached: readonly X509Certificate[],
  now: number,
  lets: typeof allows = allows,
): Way[] {
  const valid = reached.filter((one) => datesProblem(one, '', now).length === 0);
  const until = new Map<X509Certificate, number>();
  const ways: Way[] = valid.includes(start)
    ? [{ path: [start], end: start, through: 0, until: endOf(start) }]
    : [];
  // Shorter ways come first, because the list grows while the loop runs.
  for (const way of ways)
    for (const issuer of valid) {
      const end = Math.min(way.until, endOf(issuer));
      const isNews = end > (until.get(issuer) ?? 0) && issuer !== start && lets(issuer, way);
      if (!isNews || !issuedBy(issuer)(way.end)) continue;
      until.set(issuer, end);
      ways.push({ path: [...way.path, issuer], end: issuer, through: way.through + 1, until: end });
    }
  return ways;
}

/**
 * Whether a CA or an anchor allows a way to end below it: the way must go through no more CAs than its path
 * length says (RFC 5280, 4.2.1.9).
 */
export const allows = (issuer: X509Certificate, { through }: Pick<Way, 'through' | 'path'>): boolean =>
  through <= extensionsOf(issuer).pathLength;

/**
 * Returns until when a way is valid that ends at a certificate of this anchor, and that the anchor allows
 * (Unix seconds): the latest of all such ways. Null when there is none.
 */
export function untilBelow(
  anchor: X509Certificate,
  ways: readonly Way[],
  lets: typeof allows = allows,
): number | null {
  const until = ways.filter((way) => lets(anchor, way) && issuedBy(anchor)(way.end)).map((way) => way.until);
  return until.length > 0 ? Math.max(...until) : null;
}

const endOf = oncePer(({ validToDate }: X509Certificate) => validToDate.getTime() / 1000);

/** Returns in plain words why a path is not valid at `now`. */
export const pathProblem = (path: readonly X509Certificate[], now: number): string =>
  path.flatMap((certificate, i) =>
    datesProblem(certificate, i === 0 ? 'the leaf' : 'an intermediate certificate', now),
  )[0] ?? 'more CAs stand between it and the leaf than a certificate above them allows (path length)';

/**
 * Returns a chain's leaf and every certificate that some path up from it goes through; empty when the leaf
 * cannot be read.
 */
export function climbedIn(certificateChain: string): X509Certificate[] {
  const [leaf, ...rest] = certificatesIn(certificateChain);
  if (!leaf) return [];
  const intermediates = rest.filter((certificate) => certificate !== null);
  return [...pathsFrom(leaf, intermediates).keys()];
}

/** Says of one certificate whether it stands above another. */
type Relation = (issuer: X509Certificate) => (certificate: X509Certificate) => boolean;

/**
 * Returns a relation by signatures that remembers its answers as long as both certificates are kept: no
 * signature is verified twice.
 */
export function rememberedRelation(
  isSignedBy: (issuer: X509Certificate, certificate: X509Certificate) => boolean,
): Relation {
  const look = (issuer: X509Certificate, certificate: X509Certificate): boolean => {
    try {
      return isSignedBy(issuer, certificate);
    } catch {
      return false; // nothing is provably signed by a key that OpenSSL cannot load
    }
  };
  const above = oncePer((certificate: X509Certificate) =>
    oncePer((issuer: X509Certificate) => look(issuer, certificate)),
  );
  return (issuer) => (certificate) => above(certificate)(issuer);
}

/**
 * Says whether a certificate was issued by this one: by its signature, and not only by names or key
 * identifiers.
 */
export const issuedBy = rememberedRelation(
  (issuer, certificate) => certificate.checkIssued(issuer) && certificate.verify(issuer.publicKey),
);

/**
 * The same by key and name alone: another upload of a CA may have other identifiers than the leaves that the
 * CA has issued.
 */
export const signedBelow = rememberedRelation(
  (issuer, certificate) =>
    foldedName(issuer.subject) === foldedName(certificate.issuer) && certificate.verify(issuer.publicKey),
);
