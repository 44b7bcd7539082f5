/** A source of chance. Every number is from 0 up to, but not including, 1. */
export type Chance = {
  next(): number;
  /** True this often: 0 is never, 1 always. */
  happens(rate: number): boolean;
  /** A whole number from `least` to `most`, both included. */
  between(least: number, most: number): number;
  pick<T>(from: readonly [T, ...T[]] | readonly T[]): T;
  /** The entries of a list that chance picks, each this often. */
  some<T>(from: readonly T[], rate: number): T[];
};

/**
 * The chance that belongs to one address under one seed. What one call meets does not depend on how many
 * others there were. So a failure can be shrunk: leaving one fault out leaves every other where it was.
 */
export function chanceAt(seed: number, address: string): Chance {
  const next = generator(hash(address, seed));
  const between = (least: number, most: number) => least + Math.floor(next() * (most - least + 1));
  return {
    next,
    between,
    happens: (rate) => next() < rate,
    pick: <T>(from: readonly T[]): T => from[between(0, from.length - 1)] as T,
    some: (from, rate) => from.filter(() => next() < rate),
  };
}

/** FNV-1a, begun from the seed. */
function hash(text: string, seed: number): number {
  let value = Math.imul(seed ^ 0x9e3779b9, 0x85ebca6b) ^ 0x811c9dc5;
  for (let i = 0; i < text.length; i++) value = Math.imul(value ^ text.charCodeAt(i), 0x01000193);
  return value;
}

/** mulberry32: the first numbers of neighbouring seeds have nothing in common. */
function generator(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}
