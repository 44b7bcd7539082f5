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

/** A generation as numbers, and what stands between them. */
type Counted = { numbers: number[]; form: string };

/**
 * True when both names count generations in the same form and the first counts the lower one: `acme@2015` before `acme@2025`, `acme@G2`
 * before `acme@G3`, `acme@12-2025` before `acme@01-2026`. Of two forms, such as `20251101` and `2026-11-01`, nobody knows the order.
 */
export function isOlderGeneration(name: string | null, than: string | null): boolean {
  const [one, other] = [countedIn(name), countedIn(than)];
  if (!one || !other || !isSameForm(one, other)) return false;
  const [a, b] = isYearLast(one) && isYearLast(other) ? [reversed(one), reversed(other)] : [one, other];
  for (let i = 0; i < Math.max(a.numbers.length, b.numbers.length); i++) {
    const difference = (a.numbers[i] ?? 0) - (b.numbers[i] ?? 0);
    if (difference !== 0) return difference < 0;
  }
  return false;
}

/** What a generation counts, whatever is added behind a blank (`2015 (old)`); null where it counts nothing. */
function countedIn(name: string | null): Counted | null {
  const [generation = ''] = seen(lineageOf(name)?.generation ?? '').split(/\s/);
  const numbers = (generation.match(/\d+/g) ?? []).map(Number);
  const form = generation
    .toLowerCase()
    .replace(/^v(?=\d)/, '')
    .replaceAll(/\d+/g, '#')
    .replaceAll(/[._/]/g, '-');
  return numbers.length > 0 ? { numbers, form } : null;
}

/** `2025` and `2025-11` are dates of one form, and a date in one number is of another. */
function isSameForm(one: Counted, other: Counted): boolean {
  const isPlain = ({ form }: Counted): boolean => /^#(-#)*$/.test(form);
  if (one.form !== other.form && !(isPlain(one) && isPlain(other))) return false;
  const [a = 0, b = 0] = [one.numbers[0], other.numbers[0]];
  return a >= DATE === b >= DATE && (one.form === other.form || isYear(a) === isYear(b));
}

/** A number from here on is a whole date or a serial number. */
const DATE = 100_000;

const isYear = (number = 0): boolean => number >= 1900 && number < 2200;
const isYearLast = ({ numbers }: Counted): boolean =>
  numbers.length > 1 && isYear(numbers.at(-1)) && !isYear(numbers[0]);
const reversed = ({ numbers, ...one }: Counted): Counted => ({ ...one, numbers: numbers.toReversed() });

/** True for two authorities that differ only by case, Unicode form or characters that nobody sees. */
export const nearlySame = (one: string | undefined, other: string): boolean =>
  one !== undefined && one !== other && folded(one) === folded(other);

/** True for names whose authorities a reader takes for one, though they are two: also where one has a wide `@`. */
export const readAlike = (name: string | null, other: string | null): boolean => {
  const [one, two] = [name, other].map((text) => lineageOf(text)?.authority);
  const [read, also] = [name, other].map((text) => lineageOf(text && seen(text))?.authority);
  return one !== two && read !== undefined && also !== undefined && folded(read) === folded(also);
};

const folded = (text: string): string =>
  seen(text)
    .replaceAll(/\p{Z}/gu, '')
    .replaceAll(/\p{Pd}/gu, '-')
    // A sharp s has two letters in capitals, and a dotted capital I keeps its dot.
    .toUpperCase()
    .toLowerCase()
    .replaceAll('\u0307', '');

/** A text without what nobody sees. */
const seen = (text: string): string =>
  text.normalize('NFKC').replaceAll(/[\p{C}\p{Default_Ignorable_Code_Point}]/gu, '');
