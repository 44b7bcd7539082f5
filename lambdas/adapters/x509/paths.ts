import type { X509Certificate } from 'node:crypto';
import { certificatesIn, datesProblem } from './pem.ts';

/** The path that is valid for the longest of those valid now, or why none is. */
export function bestOf(
  paths: readonly X509Certificate[][],
  now: number,
): { until: number | null; problem?: string } {
  const problemsOf = (path: readonly X509Certificate[]) =>
    path.flatMap((certificate, i) =>
      datesProblem(certificate, i === 0 ? 'the leaf' : 'an intermediate certificate', now),
    );
  const valid = paths.filter((path) => problemsOf(path).length === 0);
  const ends = valid.map((path) => Math.min(...path.map(({ validToDate }) => validToDate.getTime() / 1000)));
  if (ends.length > 0) return { until: Math.max(...ends) };
  return { until: null, problem: problemsOf(paths[0] ?? [])[0] ?? 'no path is valid' };
}

/** More certificates than a real chain has: beyond it the ways through them are not worth counting. */
const MOST_STEPS = 8;

/**
 * Every way up from a certificate through the CA certificates beside it, whatever their order, each used once and the
 * shortest first. A self-signed one is an anchor sent along: it is trusted from the upload and no step of a path.
 */
export function pathsFrom(start: X509Certificate, beside: readonly X509Certificate[]): X509Certificate[][] {
  const issuers = beside.filter((one) => one.ca && !issuedBy(one)(one));
  const paths = [[start]];
  // The array grows while it is walked: each path found is climbed from in its turn.
  for (const path of paths) {
    const last = path.at(-1) ?? start;
    if (path.length > MOST_STEPS) continue;
    for (const issuer of issuers)
      if (!path.includes(issuer) && issuedBy(issuer)(last)) paths.push([...path, issuer]);
  }
  return paths;
}

/** A chain's leaf and every certificate that some path climbed from it goes through; none where the leaf cannot be read. */
export function climbedIn(certificateChain: string): X509Certificate[] {
  const [leaf, ...rest] = certificatesIn(certificateChain);
  if (!leaf) return [];
  const intermediates = rest.filter((certificate) => certificate !== null);
  return [...new Set(pathsFrom(leaf, intermediates).flat())];
}

/** Which certificate issued which, as long as both are kept: no signature has to be verified twice. */
const signatures = new WeakMap<X509Certificate, WeakMap<X509Certificate, boolean>>();

/** Tells whether a certificate was issued by this one: by its signature, and not by names or key identifiers alone. */
export const issuedBy =
  (issuer: X509Certificate) =>
  (certificate: X509Certificate): boolean => {
    const byIssuer = signatures.get(certificate) ?? new WeakMap<X509Certificate, boolean>();
    signatures.set(certificate, byIssuer);
    const issued = byIssuer.get(issuer) ?? isSignedBy(issuer, certificate);
    byIssuer.set(issuer, issued);
    return issued;
  };

function isSignedBy(issuer: X509Certificate, certificate: X509Certificate): boolean {
  try {
    return certificate.checkIssued(issuer) && certificate.verify(issuer.publicKey);
  } catch {
    return false; // a key of a kind that OpenSSL cannot load signs nothing that we could prove
  }
}
