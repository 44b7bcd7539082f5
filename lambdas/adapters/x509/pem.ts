import { X509Certificate } from 'node:crypto';
import { onceForText, oncePer } from '../../domain/once.ts';
import { extensionsOf } from './extensions.ts';

/**
 * A block's first line, as OpenSSL reads it: at the start of its line, and with any of its names for a
 * certificate.
 */
const BEGIN = /^-----BEGIN ((?:X509 |TRUSTED )?CERTIFICATE)-----$/;

/** More texts than one plan has of anchors, leaves and intermediates. */
const MOST_KNOWN = 2_000;

/**
 * Returns every certificate block of a PEM text in order, divided by lines as the TLS stacks do that will
 * load the text. Null stands for a block that cannot be read.
 */
export const certificatesIn = onceForText(
  (pem): readonly (X509Certificate | null)[] => blocksIn(pem).map(certificateOf),
  MOST_KNOWN,
);

/**
 * The same block gives the same object, whatever text it stands in: facts about a certificate are remembered
 * by object.
 */
const certificateOf = onceForText(read, MOST_KNOWN);

function blocksIn(pem: string): string[] {
  const blocks: string[] = [];
  let open: { label: string; lines: string[] } | null = null;
  for (const line of linesOf(pem)) {
    const label = BEGIN.exec(line)?.[1];
    if (label && !open) open = { label, lines: [line] };
    else if (open) {
      open.lines.push(line);
      if (line !== `-----END ${open.label}-----`) continue;
      // After the first certificate OpenSSL skips a block with this label, and does not send it.
      if (blocks.length === 0 || !open.label.startsWith('TRUSTED')) blocks.push(open.lines.join('\n'));
      open = null;
    }
  }
  // No TLS stack reads a block that never ends. It is kept here, and becomes null.
  if (open) blocks.push(open.lines.join('\n'));
  return blocks;
}

/**
 * Returns in plain words the first line on which a block's marker does not stand alone, or null when there is
 * none. A TLS stack refuses the whole chain for two blocks joined on a line, or for text before a marker, and
 * does not name the line.
 */
export function strayMarker(pem: string): string | null {
  const at = linesOf(pem).findIndex(
    (line) =>
      /-----(BEGIN|END) /.test(line) &&
      !/^-----(BEGIN|END) [A-Z0-9 ]+-----$/.test(line) &&
      !/^\s*#/.test(line),
  );
  return at === -1
    ? null
    : `line ${at + 1} has more on it than the marker of a certificate: the first and the last line of each certificate stand alone`;
}

/**
 * OpenSSL strips everything that is not printable ASCII from the end of a line: a blank, a form feed, a
 * non-breaking space.
 */
const linesOf = (pem: string): string[] =>
  pem
    .replace(/^\uFEFF/, '')
    .split('\n')
    .map((line) => line.replace(/[^\x21-\x7e]+$/, ''));

function read(block: string): X509Certificate | null {
  try {
    return demandReadable(new X509Certificate(block));
  } catch {
    return null;
  }
}

/**
 * Returns null for a certificate whose dates cannot be read, and throws for broken extensions. OpenSSL
 * accepts both, but neither may be guessed.
 */
function demandReadable(certificate: X509Certificate): X509Certificate | null {
  const { validFrom, validFromDate, validTo, validToDate } = certificate;
  // Node returns some Date even for a time that OpenSSL cannot read; only the text beside it shows that.
  const agree = (text: string, date: Date) => Date.parse(text) === date.getTime();
  if (!agree(validFrom, validFromDate) || !agree(validTo, validToDate)) return null;
  extensionsOf(certificate);
  return certificate;
}

/** Returns in plain words why a certificate's dates do not cover `now` (Unix seconds). */
export function datesProblem(certificate: X509Certificate, what: string, now: number): string[] {
  const { from, to } = datesOf(certificate);
  if (to.getTime() <= now * 1000) return [`${what} expired at ${to.toISOString()}`];
  if (from.getTime() > now * 1000) return [`${what} is not valid before ${from.toISOString()}`];
  return [];
}

const datesOf = oncePer(({ validFromDate, validToDate }: X509Certificate) => ({
  from: validFromDate,
  to: validToDate,
}));
