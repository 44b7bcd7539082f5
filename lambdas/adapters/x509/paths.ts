import type { X509Certificate } from 'node:crypto';
import { oncePer } from '../../domain/once.ts';
import { extensionsOf } from './extensions.ts';
import { foldedName } from './names.ts';
import { certificatesIn, datesProblem } from './pem.ts';

/**
 * The shortest way up from a certificate to each of the CA certificates beside it, whatever their order, shortest first. One way to each
 * is enough: two authorities that have vouched for each other every year can be gone through in more ways than anybody can count. A
 * self-signed certificate is an anchor sent along: it is trusted from the upload and no step of a path.
 */
export function pathsFrom(
  start: X509Certificate,
  beside: readonly X509Certificate[],
  issued: Relation = issuedBy,
): Map<X509Certificate, X509Certificate[]> {
  const issuers = beside.filter((one) => one.ca && !issued(one)(one));
  const paths = new Map([[start, [start]]]);
  // The map grows while it is walked: each certificate reached is climbed from in its turn.
  for (const [last, path] of paths)
    for (const issuer of issuers)
      if (!paths.has(issuer) && issued(issuer)(last)) paths.set(issuer, [...path, issuer]);
  return paths;
}

/** A way up: what it goes through, leaf first, the certificate that it ends at, how many CAs that makes, and until when (Unix seconds) it is valid. */
export type Way = { path: readonly X509Certificate[]; end: X509Certificate; through: number; until: number };

/**
 * The ways up from `start` through certificates that are valid at `now`, each as those above let it be: to each certificate the shortest, and each
 * longer one that lasts longer.
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
  // Shorter ways come first: the list grows while it is walked.
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

/** Whether a CA, be it an anchor, lets a way end below it: through no more CAs than it allows (RFC 5280, 4.2.1.9). */
export const allows = (issuer: X509Certificate, { through }: Pick<Way, 'through' | 'path'>): boolean =>
  through <= extensionsOf(issuer).pathLength;

/** Until when the longest of some ways is valid that an anchor has issued the end of, and lets be; null where it has none (Unix seconds). */
export function untilBelow(
  anchor: X509Certificate,
  ways: readonly Way[],
  lets: typeof allows = allows,
): number | null {
  const until = ways.filter((way) => lets(anchor, way) && issuedBy(anchor)(way.end)).map((way) => way.until);
  return until.length > 0 ? Math.max(...until) : null;
}

const endOf = oncePer(({ validToDate }: X509Certificate) => validToDate.getTime() / 1000);

/** Why a path is not valid at `now`, in plain words. */
export const pathProblem = (path: readonly X509Certificate[], now: number): string =>
  path.flatMap((certificate, i) =>
    datesProblem(certificate, i === 0 ? 'the leaf' : 'an intermediate certificate', now),
  )[0] ?? 'more CAs stand between it and the leaf than a certificate above them allows (path length)';

/** A chain's leaf and every certificate that some path climbed from it goes through; none where the leaf cannot be read. */
export function climbedIn(certificateChain: string): X509Certificate[] {
  const [leaf, ...rest] = certificatesIn(certificateChain);
  if (!leaf) return [];
  const intermediates = rest.filter((certificate) => certificate !== null);
  return [...pathsFrom(leaf, intermediates).keys()];
}

/** Tells of one certificate whether it stands above another. */
type Relation = (issuer: X509Certificate) => (certificate: X509Certificate) => boolean;

/** A relation by signatures that remembers which certificate stands above which, as long as both are kept: none has to be verified twice. */
export function rememberedRelation(
  isSignedBy: (issuer: X509Certificate, certificate: X509Certificate) => boolean,
): Relation {
  const look = (issuer: X509Certificate, certificate: X509Certificate): boolean => {
    try {
      return isSignedBy(issuer, certificate);
    } catch {
      return false; // a key of a kind that OpenSSL cannot load signs nothing that we could prove
    }
  };
  const above = oncePer((certificate: X509Certificate) =>
    oncePer((issuer: X509Certificate) => look(issuer, certificate)),
  );
  return (issuer) => (certificate) => above(certificate)(issuer);
}

/** Tells whether a certificate was issued by this one: by its signature, and not by names or key identifiers alone. */
export const issuedBy = rememberedRelation(
  (issuer, certificate) => certificate.checkIssued(issuer) && certificate.verify(issuer.publicKey),
);

/** The same by key and name alone: another upload of a CA may have other identifiers than the leaves that it has issued. */
export const signedBelow = rememberedRelation(
  (issuer, certificate) =>
    foldedName(issuer.subject) === foldedName(certificate.issuer) && certificate.verify(issuer.publicKey),
);
