import { columnsOf } from './columns.ts';

/** The widths in columns: for output to a file, and the smallest that is used on any terminal. */
const PAPER = 100;
export const NARROWEST = 40;

/**
 * The width of the terminal. A terminal that does not know its size says 0. Without a terminal, COLUMNS may
 * state the width.
 */
export const terminalWidth = (): number =>
  Math.max(NARROWEST, process.stdout.columns || Number(process.env.COLUMNS) || PAPER);

/** Wraps a sentence by words to the width. `indent` begins the first line, `hanging` the others. */
export function prose(text: string, indent = '', width = terminalWidth(), hanging = indent): string {
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    const longer = lines.length > 0 ? `${lines.at(-1)} ${word}` : `${indent}${word}`;
    const isTooLong = columnsOf(longer) > width;
    if (lines.length > 0 && isTooLong) lines.push(`${hanging}${word}`);
    else lines.splice(-1, 1, longer);
  }
  return lines.join('\n');
}
