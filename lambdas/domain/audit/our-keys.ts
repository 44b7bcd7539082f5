import type { Intent } from './intents.ts';
import type { LoggedChange } from './logged-change.ts';

/** A change in the log, and a run's line that announced it. */
export type Answer = { intent: Intent; change: LoggedChange };

/**
 * For how long functions may go on with the former admin key, in seconds: each reads the secret every five
 * minutes, and clocks differ.
 */
const READ_AGAIN = 600;

/**
 * Returns our keys: those that are remembered, and the key that made what runs were about to do. A person is
 * never one, and the API says nowhere which key is asking. In each run, and for each kind of change, it is
 * the key that made most of them. Somebody else may make a part of the same changes within those minutes.
 *
 * Where a key is known already, or several were seen, another key has to have made two such changes. The
 * admin key may be replaced during a soak, but somebody may also finish by hand what a run could not do. The
 * new key also has to go on after the minutes in which functions may use either: one that was used only
 * beside the former key has not replaced it.
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
 * Returns what the key that made most has made; empty where two made as much. Anchors count, since a run
 * changes all of a scope in one call, and a person may change one by one.
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
