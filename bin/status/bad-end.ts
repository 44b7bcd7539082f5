import { haltNameOf } from '../../lambdas/domain/error-guide.ts';
import { firstFew } from '../../lambdas/domain/first-few.ts';
import type { BegunMemory } from '../../lambdas/domain/memory/journal.ts';
import { readable } from '../terminal/dates.ts';
import { ENDED_WELL } from './last-runs.ts';
import { type LastRun, type Seen, stackOf } from './seen.ts';

/** Scopes that halted, in a line that somebody has to look at; none where none did. */
export function haltedScopes(halted: readonly { scope: string; error: string | null }[]): string[] {
  if (halted.length === 0) return [];
  const named = halted.map(({ scope, error }) => (error ? `${scope} (${error})` : scope));
  return [`halted: ${firstFew(named, 3).join(', ')}; windlass explain NAME says what to do`];
}

/** What somebody has to look at of how a run ended, and what comes after it; nothing where it ended well. */
export function badEnd(last: LastRun, seen: Seen): string[] {
  if (ENDED_WELL.has(last.outcome)) return [];
  const which = last === seen.last ? 'the last run' : nameOf(last);
  const [name, when] = [last.error ?? '', last.endedAt ? ` on ${readable(last.endedAt)}` : ''];
  const next = nextOf(last, seen);
  if (last.outcome === 'aborted' || last.outcome === 'stopped') {
    const byHand = next.endsWith('--manual') ? '' : `, or now with windlass rotate ${stackOf(seen)} --manual`;
    return [
      `${which} was stopped${when}: ${next}${byHand}`,
      // Its cause says who stopped it, and no more.
      ...haltedScopes(last.halted),
    ];
  }
  const more = last.inJournal ? `windlass history ${stackOf(seen)} says more` : 'its execution says more';
  const known = haltNameOf(name) ? `windlass explain ${name} says what to do` : more;
  const why = name ? `, ${name}: ${known}` : `: ${more}`;
  const silent = last.inJournal ? '' : ' and wrote nothing down';
  return [`${which} ended ${last.outcome}${when}${silent}${why}; ${next}`];
}

/** What comes after a run that ended badly. Nobody but a person tries a successor again that the run has taken back (F16). */
function nextOf(last: LastRun, seen: Seen): string {
  const { nextRun, memory } = seen;
  const isIts = (one: BegunMemory) => one.takenBackAt !== undefined && one.begunAt === last.startedAt;
  const takenBack = [...new Set(memory.begun.filter(isIts).map(({ successor }) => successor))];
  if (takenBack.length > 0)
    return `no sweep tries ${firstFew(takenBack, 3).join(', ')} again, since that was taken back: once it is repaired, windlass rotate ${stackOf(seen)} --manual`;
  return nextRun.at ? `the next run goes on, on ${readable(nextRun.at)}` : 'the next run goes on';
}

/** One that others have run after, and none looked for the same. */
const nameOf = ({ mode, anchors, startedAt }: LastRun): string =>
  mode === 'emergency' && anchors.length > 0
    ? `the emergency for ${firstFew(anchors, 3).join(', ')}`
    : `the run of ${readable(startedAt)}`;
