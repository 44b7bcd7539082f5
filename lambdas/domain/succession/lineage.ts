/** What an anchor's name says of it: the line it belongs to and which of the line it is (F14). */
export type Lineage = { authority: string; generation: string | null };

/**
 * Reads `authority@generation`. A name without `@` is all authority; the last `@` divides, so an authority may
 * hold one itself. A null, blank or authority-less name states no lineage.
 */
export function lineageOf(name: string | null): Lineage | null {
  const trimmed = name?.trim() ?? '';
  const at = trimmed.lastIndexOf('@');
  const authority = (at === -1 ? trimmed : trimmed.slice(0, at)).trim();
  if (authority === '') return null;
  return { authority, generation: at === -1 ? null : trimmed.slice(at + 1).trim() };
}

/** Generations that count: years, dates or numbers, part by part. Anything else has no order that we could know. */
const COUNTED = /^v?\d+([.\-_/]\d+)*$/i;

/** True when both names count generations and the first counts the lower one: `acme@2015` before `acme@2025`. */
export function isOlderGeneration(name: string | null, than: string | null): boolean {
  const [one, other] = [lineageOf(name)?.generation, lineageOf(than)?.generation];
  if (!one || !other || !COUNTED.test(one) || !COUNTED.test(other)) return false;
  const [a, b] = [partsOf(one), partsOf(other)];
  for (let i = 0; i < Math.max(a.length, b.length); i++) {
    const difference = (a[i] ?? 0) - (b[i] ?? 0);
    if (difference !== 0) return difference < 0;
  }
  return false;
}

const partsOf = (generation: string): number[] => (generation.match(/\d+/g) ?? []).map(Number);

/** True for two authorities that differ only by case, Unicode form or characters that nobody sees. */
export const nearlySame = (one: string | undefined, other: string): boolean =>
  one !== undefined && one !== other && folded(one) === folded(other);

const folded = (text: string): string =>
  text
    .normalize('NFKC')
    .replaceAll(/[\p{C}\p{Z}\p{Default_Ignorable_Code_Point}]/gu, '')
    .toLowerCase();
