import { instant, secondsOf } from '../instant.ts';
import type { JournalEntry } from '../memory/journal.ts';
import { textsOf } from './intents.ts';
import type { LoggedChange } from './logged-change.ts';

/** A change as it is told: somebody else made it, or our key made it and no journal has it. */
export type Told = { id: string; who: string; what: string; when: string; meant: string };

/** The run that looks, or the one that a sweep leaves alone, and its successions. */
export type Run = { startedAt: string; successions: readonly { retiring: string; successor: string }[] };

/** The meaning of a change that concerned no run. */
export const NOTHING = 'nothing that this run was about';

const MEANWHILE = 'while it went on: what it decided and proved may be of before';

/** A key that replaced the one we knew is recognized only by the second change of a run. */
const ANNOUNCED =
  'a run was about to do just this: it was that run where the admin key is another one by now, else somebody did the same';

/**
 * Returns the anchors of a run, for its line about the log. A change that reaches the log late is compared
 * with the run that it belonged to.
 */
export const namedIn = (successions: Run['successions']): string[] => [
  ...new Set(successions.flatMap(({ retiring, successor }) => [retiring, successor])),
];

type About = {
  run: Run;
  looks: readonly JournalEntry[];
  /**
   * `true` where a run had written down that it was about to do just this, and no key that is known to be
   * ours did it.
   */
  isAnnounced: boolean;
};

/** Returns a change in words, with what it meant by what earlier looks wrote down. */
export function tell(change: LoggedChange, about: About): Told {
  const { id, at, type, scope, anchors, actor } = change;
  return {
    id,
    who: actor ?? 'somebody whom the log does not name',
    what: `${type} ${anchors.join(', ') || 'of what the log does not name'} in ${scope}`,
    when: instant(at),
    meant: meantBy(change, about),
  };
}

/**
 * Says what it meant for the run that looks, else for the run that was going on at its time, since a log may
 * be late.
 */
function meantBy({ at, anchors, isKey }: LoggedChange, { run, looks, isAnnounced }: About): string {
  if (isAnnounced && isKey) return ANNOUNCED;
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
