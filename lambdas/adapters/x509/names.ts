import { onceForText } from '../../domain/once.ts';
import { scrub } from '../scrub.ts';

/** More names than one organization's anchors and leaves have. */
const MOST = 10_000;

const folded = onceForText(
  (name) =>
    name
      .normalize('NFKC')
      .toLowerCase()
      .replaceAll(/[^\S\n]+/g, ' ')
      .replaceAll(/(?<=[=\n]|^) | (?=\n|$)/g, ''),
  MOST,
);

/**
 * A name as hosts compare it that follow RFC 5280 (7.1): without regard to the case of letters and to how many spaces there are. A name that
 * is empty is none at all to Node.js; the API takes such a certificate (F1).
 */
export const foldedName = (name: string | undefined): string => folded(name ?? '');

/** Characters of a name that are told. */
const LONGEST = 200;

/** A name in a certificate as it is told: anybody may have written anything into it (I14). */
export const nameToTell = (name = ''): string => scrub(name.replaceAll('\n', ', ')).slice(0, LONGEST);
