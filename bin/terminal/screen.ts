import { clearScreenDown, cursorTo, moveCursor } from 'node:readline';
import type { Writable } from 'node:stream';
import { stripVTControlCharacters, styleText } from 'node:util';
import { beginning, columnsOf } from './columns.ts';
import { NARROWEST, prose } from './prose.ts';

/** A stream to write to: a terminal, or anything else. */
export type Output = Writable & Partial<Pick<NodeJS.WriteStream, 'isTTY' | 'columns'>>;

/** Styles text for one stream, or leaves it plain (NO_COLOR, or no terminal). */
export type Paint = (format: Parameters<typeof styleText>[0], text: string) => string;

export const plain: Paint = (_format, text) => text;

export const paintFor =
  (stream: Output): Paint =>
  (format, text) =>
    styleText(format, text, { stream });

/**
 * Where a command's progress goes: lines that stay, and a status of a few lines that is always shown last.
 */
export type Screen = {
  paint: Paint;
  line: (text: string) => void;
  /** Sets the status. Its last line is what goes on now, and is marked. */
  status: (lines: readonly string[]) => void;
  /** Removes the status and stops the clock. Safe to call twice. */
  close: () => void;
};

/**
 * Milliseconds without output after which a screen that is no terminal prints its status. The time doubles
 * with each repetition.
 */
const SILENCE = 1_500;

/**
 * Opens a screen. On a terminal the status is redrawn in place; elsewhere it is printed when nothing else
 * was.
 */
export function openScreen(stream: Output): Screen {
  return isTerminal(stream) ? terminal(stream) : paper(stream);
}

/** Whether a stream can be redrawn. A terminal with TERM=dumb cannot. */
export const isTerminal = (stream: Output): boolean => stream.isTTY === true && process.env.TERM !== 'dumb';

const FRAMES = ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏'];

function terminal(stream: Output): Screen {
  const paint = paintFor(stream);
  let frame = 0;
  let current: readonly string[] = [];
  const redraw = statusOf(stream, () => marked(current, paint('cyan', FRAMES[frame] ?? '…')));
  const spinner = setInterval(() => {
    frame = (frame + 1) % FRAMES.length;
    if (current.length > 0) redraw();
  }, 120).unref();
  const status = (lines: readonly string[]): void => {
    current = lines;
    redraw();
  };
  return {
    paint,
    line: (text) => redraw(`${text}\n`),
    status,
    close: () => {
      clearInterval(spinner);
      status([]);
    },
  };
}

/**
 * Draws lines at the end of the output, over those that it drew before. Text given to it is printed above
 * them and stays.
 */
function statusOf(stream: Output, lines: () => readonly string[]): (above?: string) => void {
  let shown = 0;
  return (above = '') => {
    stream.cork();
    if (shown > 0) {
      moveCursor(stream, 0, -shown);
      cursorTo(stream, 0);
      clearScreenDown(stream);
    }
    const drawn = lines();
    // A terminal that does not know its size says 0.
    stream.write(above + drawn.map((line) => `${clip(line, stream.columns || 80)}\n`).join(''));
    shown = drawn.length;
    stream.uncork();
  };
}

function paper(stream: Output): Screen {
  let spokeAt = Date.now();
  let silence = SILENCE;
  let told = '';
  let current: readonly string[] = [];
  const width = paperWidth();
  const say = (text: string): void => {
    const lines = width === null ? [text] : text.split('\n').map((line) => prose(line, '', width, '    '));
    stream.write(`${lines.join('\n')}\n`);
    spokeAt = Date.now();
  };
  const clock = setInterval(() => {
    const last = marked(current, '…').at(-1);
    if (last === undefined) return;
    if (last !== told) silence = SILENCE;
    if (Date.now() - spokeAt < silence) return;
    [told, silence] = [last, silence * 2];
    say(last);
  }, 250).unref();
  return {
    paint: paintFor(stream),
    line: say,
    status: (lines) => {
      current = lines;
    },
    close: () => clearInterval(clock),
  };
}

/** The width of output that goes to no terminal: the value of COLUMNS, or null for no limit. */
const paperWidth = (): number | null =>
  Number(process.env.COLUMNS) > 0 ? Math.max(NARROWEST, Number(process.env.COLUMNS)) : null;

const marked = (lines: readonly string[], mark: string): string[] =>
  lines.map((line, i) => (i === lines.length - 1 ? `  ${mark} ${line}` : line));

/**
 * Cuts a status line to the width. A line that wraps would make the number of erased lines wrong. A line that
 * is cut loses its colours.
 */
function clip(line: string, columns: number): string {
  const text = stripVTControlCharacters(line);
  return columnsOf(text) < columns ? line : `${beginning(text, columns - 2)}…`;
}
