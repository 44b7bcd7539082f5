import type { LoggedEvent } from '../../log/event-log.ts';
import type { ScenarioAnchor } from '../../organizations/scenario.ts';

/** When somebody has given an anchor another name. Unix seconds. */
type Renaming = { at: number; anchorId: string; name: string };

/**
 * A pair that a plan has written down as begun, and when its retiring anchor was active
 * nowhere any more. Unix seconds.
 */
type Begun = { at: number; retiring: string; successor: string; overAt: number };

/** The renamings and the begun pairs of one log. */
export type NamesTold = { renamed: readonly Renaming[]; begun: readonly Begun[] };

/**
 * The moments for which two anchors are asked about, in Unix seconds; `by` some
 * of these moments, or every one.
 */
type Asked = { from: number; until: number; by: 'some' | 'every' };

/**
 * Returns the lines of anchors: the line of an anchor at a time goes by its name then. A successor that was
 * begun for an anchor stays of its line, whatever either is called since (rule 2).
 */
export function createLines(
  anchors: readonly Pick<ScenarioAnchor, 'id' | 'name'>[],
  { renamed, begun }: NamesTold = { renamed: [], begun: [] },
) {
  const first = new Map(anchors.map(({ id, name }) => [id, name]));
  const later = Map.groupBy(renamed, ({ anchorId }) => anchorId);
  const nameAt = (id: string, at: number): string | null =>
    later.get(id)?.findLast((one) => one.at <= at)?.name ?? first.get(id) ?? null;
  const authorityAt = (id: string, at: number): string | null => authorityIn(nameAt(id, at));
  const isOneByName = (one: string, other: string, at: number): boolean =>
    authorityAt(one, at) !== null && authorityAt(one, at) === authorityAt(other, at);
  const isBegun = (retiring: string, successor: string, { from, until, by }: Asked): boolean =>
    begun.some(
      (pair) =>
        pair.retiring === retiring &&
        pair.successor === successor &&
        (by === 'some' ? pair.at <= until : pair.at <= from && pair.overAt > until),
    );
  return {
    nameAt,
    authorityAt,
    /** Every authority that an anchor's name has ever stated; null where a name states none. */
    authoritiesOf: (id: string): (string | null)[] => [
      authorityIn(first.get(id) ?? null),
      ...(later.get(id) ?? []).map(({ name }) => authorityIn(name)),
    ],
    /** Whether one anchor is of the line of another that retires. */
    isOfItsLine(successor: string, retiring: string, asked: Asked): boolean {
      const { from, until, by } = asked;
      const between = renamed.flatMap(({ at }) => (at > from && at <= until ? [at] : []));
      const isOne = (at: number): boolean => isOneByName(retiring, successor, at);
      const moments = [from, ...between];
      return (
        (by === 'some' ? moments.some(isOne) : moments.every(isOne)) || isBegun(retiring, successor, asked)
      );
    },
  };
}

/** Returns what a log tells of names, and of pairs that were begun. */
export function namesTold(eventLog: readonly LoggedEvent[]): NamesTold {
  const renamed: Renaming[] = [];
  const begun: Begun[] = [];
  const holders = new Map<string, Set<string>>();
  for (const event of eventLog) {
    const at = event.at / 1000;
    if (event.what === 'renamed') renamed.push({ at, anchorId: event.anchorId, name: event.name });
    else if (event.what === 'recorded' && event.entry.event === 'planned') {
      const overAt = Number.POSITIVE_INFINITY;
      for (const { retiring, successor } of successionsIn(event.entry.detail))
        begun.push({ at, retiring, successor, overAt });
    } else if (event.what === 'trust')
      for (const id of event.anchorIds) {
        const scopes = holders.get(id) ?? new Set();
        holders.set(id, scopes);
        if (event.active) scopes.add(event.scope);
        else scopes.delete(event.scope);
        if (scopes.size === 0)
          for (const one of begun) if (one.retiring === id) one.overAt = Math.min(one.overAt, at);
      }
  }
  return { renamed, begun };
}

const successionsIn = (detail: unknown): { retiring: string; successor: string }[] =>
  Object(detail).successions ?? [];

const authorityIn = (name: string | null): string | null => name?.split('@')[0] ?? null;
