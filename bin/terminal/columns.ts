import { stripVTControlCharacters } from 'node:util';
import stringWidth from 'string-width';

/** How many columns of a terminal a text takes, without its colours: a letter of Chinese or Japanese takes two, an accent none. */
export function columnsOf(text: string): number {
  const bare = stripVTControlCharacters(text);
  // Nearly all of what is shown; a table of thousands of rows measures each of its words.
  return PLAIN.test(bare) ? bare.length : stringWidth(bare);
}

const PLAIN = /^[ -~]*$/;

const letters = new Intl.Segmenter('en', { granularity: 'grapheme' });

/** As much of the beginning of a text without colours as fits into so many columns, and one letter at least: no letter is taken apart. */
export function beginning(text: string, columns: number): string {
  if (PLAIN.test(text)) return text.slice(0, Math.max(1, columns));
  let fits = '';
  for (const { segment } of letters.segment(text)) {
    if (fits !== '' && columnsOf(fits + segment) > columns) break;
    fits += segment;
  }
  return fits;
}
