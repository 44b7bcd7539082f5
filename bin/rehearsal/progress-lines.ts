import type { RehearsalEvent } from '../../simulation/log/progress.ts';
import { sentence, type Word, wordOf } from '../execution/sentence.ts';
import { plural } from '../terminal/dates.ts';
import type { Screen } from '../terminal/screen.ts';

type StepEvent = Extract<RehearsalEvent, { kind: 'step' }>;

/** What the progress remembers between two events. */
export type Watch = {
  screen: Screen;
  reached: Set<Word>;
  current: Word | null;
  doing: string;
  traffic: string;
  /** What the API has refused so far for coming too often. */
  limit: string;
  heading: string;
};

/** How wide the names of steps are. */
export const NAME_WIDTH = 13;

/**
 * The heading of a step's line. What comes after the soak verifies once more before it cuts: only what has gone before tells the two halves
 * of a wave apart.
 */
export function headingOf({ wave }: StepEvent, reached: ReadonlySet<Word>): string {
  if (!wave) return '';
  // An emergency has no waves: each scope goes all the way by itself, and they go beside each other.
  if (wave === 'everywhere') return 'every scope at once: activate, verify, promote, deactivate, confirm';
  const isCut = reached.has('promote') || reached.has('soak') || reached.has('deactivate');
  return `wave ${wave}: ${isCut ? 'verify again, deactivate, confirm' : 'activate, verify'}`;
}

/** A step in one line. */
export function stepLine({ paint }: Screen, { step, scope, outcome, detail }: StepEvent): string {
  const marks = { done: paint('green', '✓'), failed: paint('red', '✗'), retried: paint('yellow', '↻') };
  const where = scope ? `${scope.padEnd(22)} ` : '';
  const name = (wordOf(step) ?? step.replace(/ .*/, '').toLowerCase()).padEnd(NAME_WIDTH);
  return `  ${marks[outcome]} ${name} ${where}${outcome === 'done' ? detail : paint('yellow', detail)}`.trimEnd();
}

/** What Plan has decided, in one line. */
export function planned({
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

/** The sentence, with what is reached and what is going on. */
export function sentenceLine({ screen: { paint }, reached, current }: Watch): string {
  const words = sentence.map((word) => {
    // The whole sentence has to fit in 80 columns.
    const shown = word === 'schedule next' ? 'next' : word;
    if (word === current) return paint(['cyan', 'bold'], shown);
    return paint(reached.has(word) ? 'green' : 'dim', shown);
  });
  return `  ${words.join(paint('dim', ' · '))}`;
}

/** Traffic, calls that wait, and what is done right now. */
export const footer = ({ screen, doing, traffic, limit }: Watch): string =>
  [traffic, limit, screen.paint('dim', doing)].filter(Boolean).join(' · ');
