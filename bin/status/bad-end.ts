import { haltNameOf } from '../../lambdas/domain/error-guide.ts';
import { firstFew } from '../../lambdas/domain/first-few.ts';
import type { BegunMemory } from '../../lambdas/domain/memory/journal.ts';
import { readable } from '../terminal/dates.ts';
import { ENDED_WELL } from './last-runs.ts';
import { type LastRun, type Seen, stackOf } from './seen.ts';

/** One line about the scopes that halted, or none when no scope halted. */
export function haltedScopes(halted: readonly { scope: string; error: string | null }[]): string[] {
  if (halted.length === 0) return [];
  const named = halted.map(({ scope, error }) => (error ? `${scope} (${error})` : scope));
  return [`halted: ${firstFew(named, 3).join(', ')}; windlass explain NAME says what to do`];
}

/** What a person has to look at after a run's bad end, and what comes next. Empty when the run ended well. */
export function badEnd(last: LastRun, seen: Seen): string[] {
  if (ENDED_WELL.has(last.outcome)) return [];
  const which = last === seen.last ? 'the last run' : nameOf(last);
  const [name, when] = [last.error ?? '', last.endedAt ? ` on ${readable(last.endedAt)}` : ''];
  const next = nextOf(last, seen);
  if (last.outcome === 'aborted' || last.outcome === 'stopped') {
    const byHand = next.endsWith('--manual') ? '' : `, or now with windlass rotate ${stackOf(seen)} --manual`;
    return [
      `${which} was stopped${when}: ${next}${byHand}`,
      // The cause of such an end only says who stopped the run, so the halted scopes are named here.
      ...haltedScopes(last.halted),
    ];
  }
  const more = last.inJournal ? `windlass history ${stackOf(seen)} says more` : 'its execution says more';
  const known = haltNameOf(name) ? `windlass explain ${name} says what to do` : more;
  const why = name ? `, ${name}: ${known}` : `: ${more}`;
  const silent = last.inJournal ? '' : ' and wrote nothing down';
  return [`${which} ended ${last.outcome}${when}${silent}${why}; ${next}`];
}

/**
 * What comes after a run that ended badly. When the run has taken a successor back, no sweep tries that one
 * again: a person has to start the run (F16).
 */
function nextOf(last: LastRun, seen: Seen): string {
  const { nextRun, memory } = seen;
  const isIts = (one: BegunMemory) => one.takenBackAt !== undefined && one.begunAt === last.startedAt;
  const takenBack = [...new Set(memory.begun.filter(isIts).map(({ successor }) => successor))];
  if (takenBack.length > 0)
    return `no sweep tries ${firstFew(takenBack, 3).join(', ')} again, since that was taken back: once it is repaired, windlass rotate ${stackOf(seen)} --manual`;
  return nextRun.at ? `the next run goes on, on ${readable(nextRun.at)}` : 'the next run goes on';
}

/**
 * Names a run that is not the latest. Later runs did not look at the same things, so its bad end still
 * counts.
 */
const nameOf = ({ mode, anchors, startedAt }: LastRun): string =>
  mode === 'emergency' && anchors.length > 0
    ? `the emergency for ${firstFew(anchors, 3).join(', ')}`
    : `the run of ${readable(startedAt)}`;
