import type { RehearsalEvent, Tell } from '../rehearsal/report.ts';
import { lengthOf, plural, readable } from './dates.ts';
import type { Screen } from './screen.ts';
import { sentence, type Word, wordOf } from './sentence.ts';

type StepEvent = Extract<RehearsalEvent, { kind: 'step' }>;

/** Shows a rehearsal while it runs: a line for each thing done, wave by wave, and the live sentence and traffic below. */
export function rehearsalProgress(screen: Screen): Tell {
  const { paint } = screen;
  const reached = new Set<Word>();
  let current: Word | null = null;
  let doing = 'starting';
  let traffic = '';
  let heading = '';

  const refresh = (): void =>
    screen.status(['', sentenceLine(screen, reached, current), footer(screen, doing, traffic)]);
  const move = (word: Word | null): void => {
    if (!word) return;
    reached.add(word);
    current = word;
  };
  const under = (title: string): void => {
    if (title !== heading) screen.line(title === '' ? '' : `\n  ${paint('bold', title)}`);
    heading = title;
  };
  const tick = (name: string, text: string): void =>
    screen.line(`  ${paint('green', '✓')} ${name.padEnd(NAME)} ${text}`);

  const handlers: { [K in RehearsalEvent['kind']]: (event: Extract<RehearsalEvent, { kind: K }>) => void } = {
    preparing: ({ what }) => {
      doing = what;
      screen.line(paint('dim', `  · ${what}`));
    },
    prepared: ({ projects, anchors, clients, now }) => {
      doing = 'starting the rotation';
      const parts = [plural(projects, 'project'), plural(anchors, 'trust anchor'), plural(clients, 'client')];
      tick('ready', `${parts.join(', ')}; the clock says ${readable(now)}`);
    },
    planned: (event) => {
      move('plan');
      tick('plan', planned(event));
    },
    entered: ({ state }) => {
      doing = state;
      move(wordOf(state));
    },
    step: (event) => {
      const word = wordOf(event.step);
      move(word);
      under(headingOf(event, reached));
      screen.line(stepLine(screen, event));
    },
    soaking: ({ from, until }) => {
      move('soak');
      under('');
      const seconds = (Date.parse(until) - Date.parse(from)) / 1000;
      tick('soak', `until ${readable(until)} (${lengthOf(seconds)} of virtual time)`);
    },
    traffic: ({ sent, failed, now }) => {
      const failures = failed === 0 ? '0 failed' : paint('red', `${failed.toLocaleString('en-US')} failed`);
      traffic = `${plural(sent, 'request')} sent, ${failures} · ${readable(now)}`;
    },
    ended: () => {
      doing = 'cleaning up';
      current = null;
    },
  };
  return (event) => {
    (handlers[event.kind] as (event: RehearsalEvent) => void)(event);
    refresh();
  };
}

const NAME = 13;

/** What comes after the soak verifies once more before it cuts: only what has gone before tells the halves apart. */
function headingOf({ wave }: StepEvent, reached: ReadonlySet<Word>): string {
  if (!wave) return '';
  const isCut = reached.has('promote') || reached.has('soak') || reached.has('deactivate');
  return `wave ${wave}: ${isCut ? 'verify again, deactivate, confirm' : 'activate, verify'}`;
}

function stepLine({ paint }: Screen, { step, scope, outcome, detail }: StepEvent): string {
  const marks = { done: paint('green', '✓'), failed: paint('red', '✗'), retried: paint('yellow', '↻') };
  const where = scope ? `${scope.padEnd(22)} ` : '';
  const name = (wordOf(step) ?? step).padEnd(NAME);
  return `  ${marks[outcome]} ${name} ${where}${outcome === 'done' ? detail : paint('yellow', detail)}`.trimEnd();
}

function planned({
  decision,
  successions,
  blocked,
  scopes,
  summary,
}: Extract<RehearsalEvent, { kind: 'planned' }>) {
  if (decision === 'idle') return summary;
  const rotate = `${plural(successions, 'succession')} in ${plural(scopes, 'scope')}`;
  return blocked > 0 ? `${rotate}; ${blocked} blocked` : rotate;
}

function sentenceLine({ paint }: Screen, reached: ReadonlySet<Word>, current: Word | null): string {
  const words = sentence.map((word) => {
    // The whole sentence has to fit in 80 columns.
    const shown = word === 'schedule next' ? 'next' : word;
    if (word === current) return paint(['cyan', 'bold'], shown);
    return paint(reached.has(word) ? 'green' : 'dim', shown);
  });
  return `  ${words.join(paint('dim', ' · '))}`;
}

const footer = ({ paint }: Screen, doing: string, traffic: string): string =>
  `${traffic ? `${traffic} · ` : ''}${paint('dim', doing)}`;
