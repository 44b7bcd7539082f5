/**
 * Returns the first of some words, and how many more there are, since what an operator reads and a state
 * carries is limited. A list that was cut before, with its `and 7 more`, counts in full.
 */
export function firstFew(words: readonly string[], most: number): string[] {
  const few = namedIn(words).slice(0, most);
  const left = howMany(words) - few.length;
  return left > 0 ? [...few, `and ${left} more`] : few;
}

/**
 * How many names of one list a state has room for, and their bytes there. A state holds 256 KiB in all (Step
 * Functions).
 */
const MOST_TOLD = { names: 500, bytes: 68_000 };

/** Returns as many names as a state has room for, for a person to read. The trail has all of them. */
export const asTold = (names: readonly string[]): string[] =>
  firstFew(names, Math.min(MOST_TOLD.names, asManyAsFit(names, MOST_TOLD.bytes).length));

/** Returns the first entries of a list that fit into so many bytes of JSON. */
export function asManyAsFit<T>(list: readonly T[], most: number): T[] {
  let bytes = 0;
  return list.filter((one) => {
    bytes += bytesOf(one);
    return bytes <= most;
  });
}

const utf8 = new TextEncoder();

/** Returns the bytes of a value as JSON, since AWS counts bytes and names may be of any script. */
export const bytesOf = (value: unknown): number => utf8.encode(JSON.stringify(value)).length;

/** Returns how many words there were before only the first few were kept. */
export const howMany = (told: readonly string[]): number => namedIn(told).length + moreIn(told);

/** Returns the words of such a list, without the count at its end. */
export const namedIn = (told: readonly string[]): string[] =>
  moreIn(told) > 0 ? told.slice(0, -1) : [...told];

const moreIn = (told: readonly string[]): number =>
  Number(/^and (\d+) more$/.exec(told.at(-1) ?? '')?.[1] ?? 0);
