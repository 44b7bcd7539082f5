import { instant, secondsOf } from '../instant.ts';
import type { JournalEntry } from '../memory/journal.ts';
import { textsOf } from './intents.ts';
import type { LoggedChange } from './logged-change.ts';

/** A change that somebody else made, or that was made with our key and is in no journal, as it is told. */
export type Told = { id: string; who: string; what: string; when: string; meant: string };

/** The run that looks, or the one that a sweep leaves alone, and what it was about. */
export type Run = { startedAt: string; successions: readonly { retiring: string; successor: string }[] };

/** What a change meant that concerned no run. */
export const NOTHING = 'nothing that this run was about';

const MEANWHILE = 'while it went on: what it decided and proved may be of before';

/** The anchors of a run, for its line about the log: what comes late into it is held against the run that it was of. */
export const namedIn = (successions: Run['successions']): string[] => [
  ...new Set(successions.flatMap(({ retiring, successor }) => [retiring, successor])),
];

/** A change in words, with what it meant by what earlier looks wrote down. */
export function tell(change: LoggedChange, run: Run, looks: readonly JournalEntry[]): Told {
  const { id, at, type, scope, anchors, actor } = change;
  return {
    id,
    who: actor ?? 'somebody whom the log does not name',
    what: `${type} ${anchors.join(', ') || 'of what the log does not name'} in ${scope}`,
    when: instant(at),
    meant: meantBy(change, run, looks),
  };
}

/** For the run that looks; else for the one that was going on at its time, since a log may be late. */
function meantBy({ at, anchors }: LoggedChange, run: Run, looks: readonly JournalEntry[]): string {
  const among = (named: readonly string[]) => anchors.filter((one) => named.includes(one)).join(', ');
  const own = among(namedIn(run.successions));
  if (own && at >= secondsOf(run.startedAt)) return `${own} was of this run, and was changed ${MEANWHILE}`;
  for (const { execution, startedAt, at: ended, detail } of looks) {
    const theirs = among(textsOf(detail.about));
    const wentOn = secondsOf(startedAt) <= at && at <= secondsOf(ended);
    if (theirs && wentOn) return `${theirs} was of ${execution}, and was changed ${MEANWHILE}`;
  }
  return own
    ? `${own} was of this run, and was changed before it began, so it was planned with that`
    : NOTHING;
}
