import { clearScreenDown, cursorTo, moveCursor } from 'node:readline';
import type { Writable } from 'node:stream';
import { stripVTControlCharacters, styleText } from 'node:util';
import { beginning, columnsOf } from './columns.ts';
import { NARROWEST, prose } from './prose.ts';

/** What is written to: a terminal, or anything else. */
export type Output = Writable & Partial<Pick<NodeJS.WriteStream, 'isTTY' | 'columns'>>;

/** Styles text for one stream, or leaves it plain (NO_COLOR, not a terminal). */
export type Paint = (format: Parameters<typeof styleText>[0], text: string) => string;

export const plain: Paint = (_format, text) => text;

export const paintFor =
  (stream: Output): Paint =>
  (format, text) =>
    styleText(format, text, { stream });

/** Where a command's progress goes: lines that stay, and a status of a few lines that is always the last thing shown. */
export type Screen = {
  paint: Paint;
  line: (text: string) => void;
  /** Sets the status; its last line is what goes on now, and is marked so. */
  status: (lines: readonly string[]) => void;
  /** Takes the status away and stops the clock. Safe to call twice. */
  close: () => void;
};

/** How long a screen that is no terminal stays silent before it tells its status, in milliseconds; each time it tells it again twice as long. */
const SILENCE = 1_500;

/** Opens a screen: on a terminal the status is redrawn in place, elsewhere it is appended when nothing else was said. */
export function openScreen(stream: Output): Screen {
  return isTerminal(stream) ? terminal(stream) : paper(stream);
}

/** Whether a stream can be drawn on: a terminal that says it is dumb cannot. */
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

/** Draws lines at the end of what is shown, over what it drew before; text given to it goes above them, to stay. */
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

/** Paper has no width, unless whoever pipes says in COLUMNS how wide it is to be. */
const paperWidth = (): number | null =>
  Number(process.env.COLUMNS) > 0 ? Math.max(NARROWEST, Number(process.env.COLUMNS)) : null;

const marked = (lines: readonly string[], mark: string): string[] =>
  lines.map((line, i) => (i === lines.length - 1 ? `  ${mark} ${line}` : line));

/** A status line must not wrap, or erasing it would miscount: too long a line loses its colours and its end. */
function clip(line: string, columns: number): string {
  const text = stripVTControlCharacters(line);
  return columnsOf(text) < columns ? line : `${beginning(text, columns - 2)}…`;
}
