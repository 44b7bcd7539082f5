import { stripVTControlCharacters } from 'node:util';
import Table from 'cli-table3';
import type { Paint } from './screen.ts';

/** No table is wider than this, whatever the terminal. */
const WIDTH = 100;

const NO_LINES = Object.fromEntries(
  ['top', 'bottom', 'left', 'right', 'mid'].flatMap((side) =>
    [side, `${side}-mid`, `${side}-left`, `${side}-right`].map((char) => [char, '']),
  ),
);

/**
 * A calm table without lines, indented by two and at most 100 columns wide: the widest columns wrap first, by words.
 * A cell may hold several lines. An empty `head` means none.
 */
export function table(head: readonly string[], rows: readonly (readonly string[])[], paint: Paint): string {
  const widths = fitted(naturalWidths(head.length > 0 ? [head, ...rows] : rows), WIDTH);
  const drawn = new Table({
    colWidths: widths,
    wordWrap: true,
    chars: { ...NO_LINES, middle: '' } as Record<'middle', string> as never,
    style: { head: [], border: [], compact: true, 'padding-left': 2, 'padding-right': 0 },
  });
  if (head.length > 0) drawn.push(head.map((title) => paint('dim', title)));
  // An id wider than its column is broken rather than cut: half an id is no use to anybody.
  for (const row of rows)
    drawn.push(
      row.map((content, i) => ({ content, wrapOnWordBoundary: fitsByWords(content, widths[i] ?? 0) })),
    );
  return drawn
    .toString()
    .split('\n')
    .map((line) => line.trimEnd())
    .join('\n');
}

/** The first few of a list, one a line, and how many more there are. */
export function few(items: readonly string[], most = 4): string {
  if (items.length === 0) return '—';
  if (items.length <= most) return items.join('\n');
  return [...items.slice(0, most - 1), `and ${items.length - most + 1} more`].join('\n');
}

const widest = (text: string, divider: RegExp): number =>
  Math.max(...text.split(divider).map((part) => stripVTControlCharacters(part).length));

const naturalWidths = (lines: readonly (readonly string[])[]): number[] =>
  (lines[0] ?? []).map((_, i) => 2 + Math.max(...lines.map((cells) => widest(cells[i] ?? '', /\n/))));

const fitsByWords = (content: string, width: number): boolean => widest(content, /\s/) <= width - 2;

/** Takes columns from the widest until the whole fits. */
function fitted(widths: number[], total: number): number[] {
  const result = [...widths];
  for (let over = result.reduce((sum, width) => sum + width, 0) - total; over > 0; over--) {
    const i = result.indexOf(Math.max(...result));
    result[i] = (result[i] ?? 1) - 1;
  }
  return result;
}
