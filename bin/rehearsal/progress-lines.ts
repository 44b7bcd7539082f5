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
  /** How many calls the API has refused so far because of its rate limit. */
  limit: string;
  heading: string;
};

/** The width of the column of step names. */
export const NAME_WIDTH = 13;

/**
 * The heading of a step's line. Verify runs in both halves of a wave, so the words reached so far tell which
 * half it is.
 */
export function headingOf({ wave }: StepEvent, reached: ReadonlySet<Word>): string {
  if (!wave) return '';
  // An emergency has no waves: each scope goes the whole way by itself, all at the same time.
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

/** The sentence, with its words marked as reached or current. */
export function sentenceLine({ screen: { paint }, reached, current }: Watch): string {
  const words = sentence.map((word) => {
    // Shortened: the whole sentence has to fit into 80 columns.
    const shown = word === 'schedule next' ? 'next' : word;
    if (word === current) return paint(['cyan', 'bold'], shown);
    return paint(reached.has(word) ? 'green' : 'dim', shown);
  });
  return `  ${words.join(paint('dim', ' · '))}`;
}

/** The traffic, the calls that wait, and what is done right now. */
export const footer = ({ screen, doing, traffic, limit }: Watch): string =>
  [traffic, limit, screen.paint('dim', doing)].filter(Boolean).join(' · ');
