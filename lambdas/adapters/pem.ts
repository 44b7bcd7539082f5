import { X509Certificate } from 'node:crypto';

const BLOCK = /-----BEGIN CERTIFICATE-----[\s\S]*?-----END CERTIFICATE-----/g;

/** Every certificate block of a PEM text in order; null stands for a block that cannot be read. */
export function certificatesIn(pem: string): (X509Certificate | null)[] {
  return (pem.match(BLOCK) ?? []).map((block) => {
    try {
      return new X509Certificate(block);
    } catch {
      return null;
    }
  });
}

/** Why a certificate's dates do not cover `now` (Unix seconds), in plain words. */
export function datesProblem(certificate: X509Certificate, what: string, now: number): string[] {
  const [from, to] = [certificate.validFromDate, certificate.validToDate];
  if (to.getTime() <= now * 1000) return [`${what} expired at ${to.toISOString()}`];
  if (from.getTime() > now * 1000) return [`${what} is not valid before ${from.toISOString()}`];
  return [];
}
