/**
 * The first of some words, and how many more there are: what an operator reads, and a state carries, has an end. Of words of which only
 * the first few were kept before it counts those as well that were not.
 */
export function firstFew(words: readonly string[], most: number): string[] {
  const few = namedIn(words).slice(0, most);
  const left = howMany(words) - few.length;
  return left > 0 ? [...few, `and ${left} more`] : few;
}

/** Names of one list in a state, and the bytes that they take there: it holds 256 KiB for all that it carries (Step Functions). */
const MOST_TOLD = { names: 500, bytes: 68_000 };

/** Names that a step gives back for a person to read, as many as a state has room for: the trail has them all. */
export const asTold = (names: readonly string[]): string[] =>
  firstFew(names, Math.min(MOST_TOLD.names, asManyAsFit(names, MOST_TOLD.bytes).length));

/** The first of a list that JSON carries in so many bytes. */
export function asManyAsFit<T>(list: readonly T[], most: number): T[] {
  let bytes = 0;
  return list.filter((one) => {
    bytes += bytesOf(one);
    return bytes <= most;
  });
}

const utf8 = new TextEncoder();

/** Bytes of a value as JSON: what AWS counts, where names may be of any script. */
export const bytesOf = (value: unknown): number => utf8.encode(JSON.stringify(value)).length;

/** How many words there were before only the first few of them were kept. */
export const howMany = (told: readonly string[]): number => namedIn(told).length + moreIn(told);

/** The words themselves of such a list. */
export const namedIn = (told: readonly string[]): string[] =>
  moreIn(told) > 0 ? told.slice(0, -1) : [...told];

const moreIn = (told: readonly string[]): number =>
  Number(/^and (\d+) more$/.exec(told.at(-1) ?? '')?.[1] ?? 0);
