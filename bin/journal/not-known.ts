import { plural } from '../terminal/dates.ts';

/** The note about lines whose events this version does not know. */
export const notKnown = (lines: number): string =>
  `${plural(lines, 'line')} of a newer deployment not shown: this clone is older than the stack`;
