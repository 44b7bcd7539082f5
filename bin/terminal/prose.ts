import { columnsOf } from './columns.ts';

/** As wide as what is written is on paper, and as narrow as it gets on any terminal. */
const PAPER = 100;
export const NARROWEST = 40;

/** A terminal that does not know its size says 0; where there is none, whoever pipes may say in COLUMNS how wide it is to be. */
export const terminalWidth = (): number =>
  Math.max(NARROWEST, process.stdout.columns || Number(process.env.COLUMNS) || PAPER);

/** A sentence in lines as wide as the terminal at most, parted between words; `indent` begins the first, `hanging` the others. */
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
