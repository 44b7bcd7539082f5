/** The first of some words, and how many more there are: what an operator reads, and a state carries, has an end. */
export const firstFew = (words: readonly string[], most: number): string[] =>
  words.length <= most ? [...words] : [...words.slice(0, most), `and ${words.length - most} more`];

/** Names that a step gives back for a person to read: a state holds 256 KiB (Step Functions), and the trail has them all. */
export const asTold = (names: readonly string[]): string[] => firstFew(names, 500);
