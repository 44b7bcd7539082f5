import { stripVTControlCharacters } from 'node:util';
import Table from 'cli-table3';
import { beginning, columnsOf } from './columns.ts';
import { terminalWidth } from './prose.ts';
import type { Paint } from './screen.ts';

const NO_LINES = Object.fromEntries(
  ['top', 'bottom', 'left', 'right', 'mid'].flatMap((side) =>
    [side, `${side}-mid`, `${side}-left`, `${side}-right`].map((char) => [char, '']),
  ),
);

/**
 * A table without rules, indented by two and no wider than the terminal. The widest columns wrap first, by
 * words. Then a long name is broken into several lines of its column. When even that does not fit, each row
 * becomes a table of its own, with one line for each column. A cell may hold several lines. An empty `head`
 * means no head.
 */
export function table(
  head: readonly string[],
  rows: readonly (readonly string[])[],
  paint: Paint,
  width = terminalWidth(),
): string {
  const lines = head.length > 0 ? [head, ...rows] : rows;
  const words = columnWidths(lines, /\s/);
  const least = sum(words) > width ? words.map((one) => Math.min(one, NARROW)) : words;
  const isTooNarrow = sum(least) > width;
  if (isTooNarrow && head.length > 0)
    return inFull(rows)
      .map((row) => {
        const told = row.flatMap((cell, i) => (cell === '' ? [] : [[paint('dim', head[i] ?? ''), cell]]));
        return table([], told, paint, width);
      })
      .join('\n\n');
  const titles = head.length > 0 ? [head.map((title) => paint('dim', title))] : [];
  return drawn([...titles, ...rows], fitted(columnWidths(lines, /\n/), isTooNarrow ? [] : least, width));
}

/** Fills in the first column for a reader who sees no columns: a blank one stands for the one above it. */
function inFull(rows: readonly (readonly string[])[]): readonly (readonly string[])[] {
  let group = '';
  return rows.map(([first = '', ...others]) => {
    group = first || group;
    return [group, ...others];
  });
}

/**
 * The width that a column keeps when long names are broken. With less, an id of the usual length would be
 * broken.
 */
const NARROW = 30;

/** How many rows are laid out together: the time for a layout grows with the square of its rows. */
const PIECE = 50;

/** Draws rows piece by piece, with the same column widths in each piece. */
function drawn(rows: readonly (readonly string[])[], colWidths: number[]): string {
  const pieces = Array.from({ length: Math.ceil(rows.length / PIECE) }, (_, i) =>
    laidOut(rows.slice(i * PIECE, (i + 1) * PIECE), colWidths),
  );
  return pieces.join('\n');
}

function laidOut(rows: readonly (readonly string[])[], colWidths: number[]): string {
  const grid = new Table({
    colWidths,
    wordWrap: true,
    chars: { ...NO_LINES, middle: '' } as Record<'middle', string> as never,
    style: { head: [], border: [], compact: true, 'padding-left': 2, 'padding-right': 0 },
  });
  for (const row of rows)
    grid.push(
      row.map((cell, i) => {
        const room = (colWidths[i] ?? 0) - 2;
        const content = brokenInto(cell, room);
        return { content, wrapOnWordBoundary: widest(content, /\s/) <= room };
      }),
    );
  return grid
    .toString()
    .split('\n')
    .map((line) => line.trimEnd())
    .join('\n');
}

/**
 * Breaks each word of a cell that is longer than the column. Half an id is of no use, so a word is broken and
 * not cut, after a punctuation mark when there is one. Text with colours is left as it is.
 */
function brokenInto(cell: string, room: number): string {
  if (stripVTControlCharacters(cell) !== cell) return cell;
  return cell.replaceAll(/\S+/g, (word) => {
    const parts: string[] = [];
    for (let rest = word; rest !== ''; ) {
      const fits = beginning(rest, room);
      const marked = /.*[:/@._-]/.exec(fits)?.[0] ?? '';
      const part = fits === rest || columnsOf(marked) * 2 <= room ? fits : marked;
      parts.push(part);
      rest = rest.slice(part.length);
    }
    return parts.join('\n');
  });
}

const sum = (widths: readonly number[]): number => widths.reduce((total, one) => total + one, 0);

/** The first few of a list, one a line, and how many more there are. */
export function few(items: readonly string[], most = 4): string {
  if (items.length === 0) return '—';
  if (items.length <= most) return items.join('\n');
  return [...items.slice(0, most - 1), `and ${items.length - most + 1} more`].join('\n');
}

const widest = (text: string, divider: RegExp): number => most(text.split(divider).map(columnsOf));

/** The maximum of a list of any length: `Math.max` takes no more than some hundred thousand arguments. */
const most = (numbers: readonly number[]): number => numbers.reduce((one, other) => Math.max(one, other), 0);

/** The width that each column needs for its widest line or word, depending on `divider`. */
const columnWidths = (lines: readonly (readonly string[])[], divider: RegExp): number[] =>
  (lines[0] ?? []).map((_, i) => 2 + most(lines.map((cells) => widest(cells[i] ?? '', divider))));

/** Narrows the widest column that can still be narrowed, again and again until the whole fits. */
function fitted(widths: readonly number[], least: readonly number[], total: number): number[] {
  const result = [...widths];
  for (let over = sum(result) - total; over > 0; over--) {
    const giving = result.map((width, i) => (width > (least[i] ?? 0) ? width : 0));
    const i = giving.indexOf(Math.max(...giving));
    if (!giving[i]) break;
    result[i] = (result[i] ?? 1) - 1;
  }
  return result;
}
