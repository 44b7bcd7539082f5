import { ORGANIZATION, type Scope } from '../../lambdas/domain/anchor.ts';
import { type AnchorChoice, inOrderOf } from './anchor-choice.ts';
import type { TrustChange } from './trust.ts';

/**
 * Seconds until a change, by its place in the log, reaches a place: a host by its
 * base URL, or {@link LISTINGS}.
 */
export type DelayOf = (place: string, change: number) => number;

/** The place that is not a host: the API's own lists. */
export const LISTINGS = 'listings';

/** What one place has heard so far. */
type Heard = { active: Map<Scope, Set<string>>; changes: number; until: number };

const NONE: ReadonlySet<string> = new Set();

/**
 * Returns what each place believes to be active in a scope. A change arrives there late, and no change
 * overtakes another. The setup's changes have arrived long before.
 */
export function createLateChanges(
  changes: readonly TrustChange[],
  now: () => number,
  delayOf: DelayOf = () => 0,
  choice: AnchorChoice = 'first',
) {
  let delay = delayOf;
  const places = new Map<string, Heard>();
  const activeAt = (place: string, scope: Scope): ReadonlySet<string> => {
    const heard = places.get(place) ?? { active: new Map(), changes: 0, until: Number.NEGATIVE_INFINITY };
    places.set(place, heard);
    for (let next = changes[heard.changes]; next; next = changes[heard.changes]) {
      const late = next.by === 'setup' ? 0 : delay(place, heard.changes);
      const arrival = Math.max(heard.until, next.at + late);
      // A change without delay is there at once, even when somebody has turned the clock back since.
      if (arrival > Math.max(now(), next.at)) break;
      hear(heard, next);
      heard.until = arrival;
    }
    return heard.active.get(scope) ?? NONE;
  };
  return {
    activeAt,
    /** From now on, delays changes that have not arrived yet by this. */
    delayBy(theirs: DelayOf): void {
      delay = theirs;
    },
    /**
     * Everything that a host believes to be active for a project, its own anchors and the organization's, in
     * the order in which it asks them (F7).
     */
    trustedAt: (host: string, project: string): ReadonlySet<string> =>
      new Set([project, ORGANIZATION].flatMap((scope) => inOrderOf(choice, activeAt(host, scope)))),
    /** Forgets what was heard, when the log of changes is emptied. */
    clear: () => places.clear(),
  };
}

function hear(heard: Heard, { scope, anchorId, active }: TrustChange): void {
  const ids = heard.active.get(scope) ?? new Set();
  heard.active.set(scope, ids);
  if (active) ids.add(anchorId);
  else ids.delete(anchorId);
  heard.changes++;
}
