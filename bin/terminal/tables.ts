import { stripVTControlCharacters } from 'node:util';
import Table from 'cli-table3';
import { terminalWidth } from './prose.ts';
import type { Paint } from './screen.ts';

const NO_LINES = Object.fromEntries(
  ['top', 'bottom', 'left', 'right', 'mid'].flatMap((side) =>
    [side, `${side}-mid`, `${side}-left`, `${side}-right`].map((char) => [char, '']),
  ),
);

/**
 * A calm table without lines, indented by two and as wide as the terminal at most: the widest columns wrap first, by words.
 * Where even that does not fit, each row becomes a table of its own, a line for each column; a word is split only where it
 * is too long for a line of its own. A cell may hold several lines. An empty `head` means none.
 */
export function table(
  head: readonly string[],
  rows: readonly (readonly string[])[],
  paint: Paint,
  width = terminalWidth(),
): string {
  const lines = head.length > 0 ? [head, ...rows] : rows;
  const least = columnWidths(lines, /\s/);
  const isTooNarrow = least.reduce((sum, one) => sum + one, 0) > width;
  if (isTooNarrow && head.length > 0)
    return rows
      .map((row) =>
        table(
          [],
          row.map((cell, i) => [paint('dim', head[i] ?? ''), cell]),
          paint,
          width,
        ),
      )
      .join('\n\n');
  const titles = head.length > 0 ? [head.map((title) => paint('dim', title))] : [];
  return drawn([...titles, ...rows], fitted(columnWidths(lines, /\n/), isTooNarrow ? [] : least, width));
}

function drawn(rows: readonly (readonly string[])[], colWidths: number[]): string {
  const grid = new Table({
    colWidths,
    wordWrap: true,
    chars: { ...NO_LINES, middle: '' } as Record<'middle', string> as never,
    style: { head: [], border: [], compact: true, 'padding-left': 2, 'padding-right': 0 },
  });
  // What is wider than a whole line is broken rather than cut: half an id is no use to anybody.
  for (const row of rows)
    grid.push(
      row.map((content, i) => ({
        content,
        wrapOnWordBoundary: widest(content, /\s/) <= (colWidths[i] ?? 0) - 2,
      })),
    );
  return grid
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

/** What each column takes so that no part of a cell is wider, parted by lines or by words. */
const columnWidths = (lines: readonly (readonly string[])[], divider: RegExp): number[] =>
  (lines[0] ?? []).map((_, i) => 2 + Math.max(...lines.map((cells) => widest(cells[i] ?? '', divider))));

/** Takes columns from the widest that has some to give until the whole fits. */
function fitted(widths: readonly number[], least: readonly number[], total: number): number[] {
  const result = [...widths];
  for (let over = result.reduce((sum, width) => sum + width, 0) - total; over > 0; over--) {
    const giving = result.map((width, i) => (width > (least[i] ?? 0) ? width : 0));
    const i = giving.indexOf(Math.max(...giving));
    if (!giving[i]) break;
    result[i] = (result[i] ?? 1) - 1;
  }
  return result;
}
