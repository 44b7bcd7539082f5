import { stripVTControlCharacters } from 'node:util';
import stringWidth from 'string-width';

/**
 * How many terminal columns a text takes, without its colours. A Chinese or Japanese character takes two, an
 * accent none.
 */
export function columnsOf(text: string): number {
  const bare = stripVTControlCharacters(text);
  // A shortcut for nearly every text: a table of thousands of rows measures each of its words.
  return PLAIN.test(bare) ? bare.length : stringWidth(bare);
}

const PLAIN = /^[ -~]*$/;

const letters = new Intl.Segmenter('en', { granularity: 'grapheme' });

/**
 * Returns as much of the beginning of a text without colours as fits into so many columns, at least one
 * character. It never splits a character.
 */
export function beginning(text: string, columns: number): string {
  if (PLAIN.test(text)) return text.slice(0, Math.max(1, columns));
  let fits = '';
  for (const { segment } of letters.segment(text)) {
    if (fits !== '' && columnsOf(fits + segment) > columns) break;
    fits += segment;
  }
  return fits;
}
