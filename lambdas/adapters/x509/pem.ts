import { X509Certificate } from 'node:crypto';
import { extensionsOf } from './extensions.ts';
import { remembered } from './remembered.ts';

const BLOCK = /-----BEGIN CERTIFICATE-----[\s\S]*?-----END CERTIFICATE-----/g;

/** Certificates by their text: Plan compares every leaf with every anchor, and reading one is what takes time. */
const known = new Map<string, X509Certificate | null>();

/** More than one plan has anchors, leaves and intermediates; beyond it, reading anew beats growing. */
const MOST_KNOWN = 2_000;

/** Every certificate block of a PEM text in order; null stands for a block that cannot be read. */
export function certificatesIn(pem: string): (X509Certificate | null)[] {
  return (pem.match(BLOCK) ?? []).map((block) => {
    const before = known.get(block);
    if (before !== undefined) return before;
    if (known.size >= MOST_KNOWN) known.clear();
    const certificate = read(block);
    known.set(block, certificate);
    return certificate;
  });
}

function read(block: string): X509Certificate | null {
  try {
    return demandReadable(new X509Certificate(block));
  } catch {
    return null;
  }
}

/** OpenSSL reads a certificate whose dates are none and whose extensions are garbage: neither may be guessed at. */
function demandReadable(certificate: X509Certificate): X509Certificate | null {
  const { validFrom, validFromDate, validTo, validToDate } = certificate;
  // Node makes any Date at all of a time that OpenSSL cannot read; only the text beside it says so.
  const agree = (text: string, date: Date) => Date.parse(text) === date.getTime();
  if (!agree(validFrom, validFromDate) || !agree(validTo, validToDate)) return null;
  extensionsOf(certificate);
  return certificate;
}

/** Why a certificate's dates do not cover `now` (Unix seconds), in plain words. */
export function datesProblem(certificate: X509Certificate, what: string, now: number): string[] {
  const { from, to } = datesOf(certificate);
  if (to.getTime() <= now * 1000) return [`${what} expired at ${to.toISOString()}`];
  if (from.getTime() > now * 1000) return [`${what} is not valid before ${from.toISOString()}`];
  return [];
}

const datesOf = remembered(({ validFromDate, validToDate }) => ({ from: validFromDate, to: validToDate }));
