import { firstFew } from './first-few.ts';

/**
 * Returns the name that a mistyped one probably means; undefined where none is near. At most a third of the
 * letters may be wrong.
 */
export function closest<N extends string>(typed: string, names: readonly N[]): N | undefined {
  // A name that is longer by more than that has more wrong letters. So a text of megabytes is not compared
  // letter by letter.
  const isNear = (name: string, wrong: number) => wrong <= Math.max(typed.length, name.length) / 3;
  const [found] = names
    .filter((name) => isNear(name, Math.abs(name.length - typed.length)))
    .map((name) => ({ name, distance: distance(typed.toLowerCase(), name.toLowerCase()) }))
    .sort((a, b) => a.distance - b.distance);
  return found && isNear(found.name, found.distance) ? found.name : undefined;
}

/** Returns the question that follows a mistyped name; empty where no name is near. */
export function didYouMean(typed: string, names: readonly string[]): string {
  const near = closest(typed, names);
  return near === undefined ? '' : `; did you mean ${near}?`;
}

/**
 * Returns what follows a name that does not exist: the name that is probably meant, else the first few that
 * exist.
 */
export const meantAmong = (typed: string, names: readonly string[]): string =>
  didYouMean(typed, names) || (names.length > 0 ? ` (there are ${firstFew(names, 10).join(', ')})` : '');

/**
 * Returns how many letters have to be added, left out, replaced or swapped with the next to turn one word
 * into the other.
 */
function distance(one: string, other: string): number {
  const rows = [Array.from({ length: other.length + 1 }, (_, i) => i)];
  const at = (i: number, j: number): number => rows[i]?.[j] ?? Number.POSITIVE_INFINITY;
  for (let i = 1; i <= one.length; i++) {
    const row = [i];
    rows.push(row);
    for (let j = 1; j <= other.length; j++) {
      const replaced = at(i - 1, j - 1) + (one[i - 1] === other[j - 1] ? 0 : 1);
      const isSwapped = one[i - 1] === other[j - 2] && one[i - 2] === other[j - 1];
      const swapped = isSwapped ? at(i - 2, j - 2) + 1 : replaced;
      row.push(Math.min(replaced, swapped, at(i - 1, j) + 1, at(i, j - 1) + 1));
    }
  }
  return at(one.length, other.length);
}
