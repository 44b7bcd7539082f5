import { onceForText } from '../../domain/once.ts';
import { scrub } from '../scrub.ts';

/** More names than the anchors and leaves of one organization have. */
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
 * Returns a name as hosts compare it that follow RFC 5280 (7.1): letter case and the number of spaces do not
 * matter. Node.js has no value for an empty name; the API takes such a certificate (F1).
 */
export const foldedName = (name: string | undefined): string => folded(name ?? '');

/** Characters of a name that are shown. */
const LONGEST = 200;

/** Returns a name in a certificate in a form fit to show: anybody may have written anything into it (I14). */
export const nameToTell = (name = ''): string => scrub(name.replaceAll('\n', ', ')).slice(0, LONGEST);
