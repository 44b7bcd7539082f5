/** What an anchor's name states: its authority, and which generation of that it is (F14). */
export type Lineage = { authority: string; generation: string | null };

/**
 * Reads `authority@generation`. A name without `@` is all authority. The last `@` divides, so an authority
 * may contain one. Returns null for a name that is null or blank, or has no authority.
 */
export function lineageOf(name: string | null): Lineage | null {
  const trimmed = name?.trim() ?? '';
  const at = trimmed.lastIndexOf('@');
  const authority = (at === -1 ? trimmed : trimmed.slice(0, at)).trim();
  if (authority === '') return null;
  return { authority, generation: at === -1 ? null : trimmed.slice(at + 1).trim() };
}

/**
 * Returns the authorities that a pair goes by. There are several where the policy states the pair, or where
 * one of its anchors was renamed since the pair was begun.
 */
export const linesOf = (pair: {
  authority: string | null;
  retiring: { name: string | null };
  successor: { name: string | null };
}): ReadonlySet<string> =>
  new Set(
    [pair.authority, ...[pair.retiring, pair.successor].map(({ name }) => lineageOf(name)?.authority)].filter(
      (one) => typeof one === 'string',
    ),
  );

/** A generation as numbers, and the text between them. */
type Counted = { numbers: number[]; form: string };

/**
 * True when both names count generations in the same form and the first counts the lower one: `acme@2015`
 * before `acme@2025`, `acme@G2` before `acme@G3`, `acme@12-2025` before `acme@01-2026`. The order of two
 * forms, such as `20251101` and `2026-11-01`, is unknown, so the answer is false.
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

/**
 * Returns what a generation counts, without anything behind a blank (`2015 (old)`); null where it counts
 * nothing.
 */
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

/** `2025` and `2025-11` are dates of one form. A date in one number is of another form. */
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

/** True for two authorities that differ only by case, Unicode form or invisible characters. */
export const nearlySame = (one: string | undefined, other: string): boolean =>
  one !== undefined && one !== other && folded(one) === folded(other);

/** True for names whose two authorities look like one to a reader, also where a name has a wide `@`. */
export const readAlike = (name: string | null, other: string | null): boolean => {
  const [one, two] = [name, other].map((text) => lineageOf(text)?.authority);
  const [read, also] = [name, other].map((text) => lineageOf(text && seen(text))?.authority);
  return one !== two && read !== undefined && also !== undefined && folded(read) === folded(also);
};

const folded = (text: string): string =>
  seen(text)
    .replaceAll(/\p{Z}/gu, '')
    .replaceAll(/\p{Pd}/gu, '-')
    // A sharp s becomes two letters in capitals, and a dotted capital I keeps its dot.
    .toUpperCase()
    .toLowerCase()
    .replaceAll('\u0307', '');

/** A text without invisible characters. */
const seen = (text: string): string =>
  text.normalize('NFKC').replaceAll(/[\p{C}\p{Default_Ignorable_Code_Point}]/gu, '');
