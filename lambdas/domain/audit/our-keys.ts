import type { Intent } from './intents.ts';
import type { LoggedChange } from './logged-change.ts';

/** A change that the log has, and a run's line that was about to make it. */
export type Answer = { intent: Intent; change: LoggedChange };

/** For how long functions may go on with the admin key of before, in seconds: each reads the secret every five minutes. Clocks differ, too. */
const READ_AGAIN = 600;

/**
 * Our keys: those that are remembered, and whoever did what runs were about to do. No person is one, and the API says nowhere which key
 * is asking. In a run, and for each way to change trust, it is the key that did most of it: somebody else may do a part of the same
 * within those minutes. Where one is known already, or was seen before, another has to have done two such changes: the admin key may be another after a
 * soak, and somebody may finish by hand what a run could not do. It has to go on after the minutes in which functions may use either, too: who was at it
 * only beside the one of before has not taken its place.
 */
export function ourKeys(answers: readonly Answer[], remembered: readonly string[]): string[] {
  const byKey = answers.filter(({ change }) => change.isKey && change.actor !== null);
  const runs = Map.groupBy(byKey, ({ intent }) => `${intent.run} ${intent.type}`);
  const seen = Map.groupBy(
    [...runs.values()].flatMap((made) => whoMadeMost(made)),
    ({ change }) => change.actor ?? '',
  );
  const needed = remembered.length > 0 || seen.size > 1 ? 2 : 1;
  const enough = [...seen].filter(([, made]) => changesIn(made) >= needed);
  const [first] = enough.toSorted(([, one], [, other]) => firstOf(one) - firstOf(other));
  const known = remembered.length > 0 ? remembered : first ? [first[0]] : [];
  const last = lastOf(byKey.filter(({ change }) => known.includes(change.actor ?? '')));
  const isAfterKnown = (made: readonly Answer[]) =>
    firstOf(made) > last - READ_AGAIN && lastOf(made) > last + READ_AGAIN;
  const found = enough.flatMap(([key, made]) => (isAfterKnown(made) ? [key] : []));
  return [...new Set([...known, ...found])];
}

const firstOf = (made: readonly Answer[]): number => Math.min(...made.map(({ change }) => change.at));
const lastOf = (made: readonly Answer[]): number => Math.max(...made.map(({ change }) => change.at));

/**
 * What the key made that made more of it than any other; nothing where two made as much. Anchors count: a run changes all of a scope in one call, and
 * whoever does it by hand one by one.
 */
function whoMadeMost(made: readonly Answer[]): readonly Answer[] {
  const keys = [...Map.groupBy(made, ({ change }) => change.actor).values()];
  const most = Math.max(...keys.map(anchorsIn));
  const first = keys.filter((one) => anchorsIn(one) === most);
  return first.length === 1 ? first.flat() : [];
}

/** Each anchor counts once for each scope in which it was changed. */
const anchorsIn = (made: readonly Answer[]): number =>
  new Set(made.flatMap(({ change }) => change.anchors.map((one) => `${change.scope} ${one}`))).size;

/** Several lines may have announced one change, since a run is tried again. */
const changesIn = (made: readonly Answer[]): number => new Set(made.map(({ change }) => change.id)).size;
