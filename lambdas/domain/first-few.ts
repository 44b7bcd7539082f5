/** The first of some words, and how many more there are: what an operator reads, and a state carries, has an end. */
export const firstFew = (words: readonly string[], most: number): string[] =>
  words.length <= most ? [...words] : [...words.slice(0, most), `and ${words.length - most} more`];

/** Names that a step gives back for a person to read: a state holds 256 KiB (Step Functions), and the trail has them all. */
export const asTold = (names: readonly string[]): string[] => firstFew(names, 500);

/** How many words there were before only the first few of them were kept. */
export function howMany(told: readonly string[]): number {
  const [, more] = /^and (\d+) more$/.exec(told.at(-1) ?? '') ?? [];
  return more === undefined ? told.length : told.length - 1 + Number(more);
}
