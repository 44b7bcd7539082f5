import * as fc from 'fast-check';
import { expect } from 'vitest';
import { WindlassError } from '../../lambdas/domain/errors.ts';

/** Values that often cause bugs, besides any JSON value. */
const awkward = fc.constantFrom<unknown>(
  '',
  ' ',
  '\u0000',
  '__proto__',
  'constructor',
  '\u001b[2J',
  '9'.repeat(400),
  -1,
  0,
  1e21,
  Number.MAX_SAFE_INTEGER,
  1.5,
  [[]],
  {},
  [null],
);

/** Any JSON value, with the awkward ones more often. */
export const anyJson: fc.Arbitrary<unknown> = fc.oneof(fc.jsonValue(), awkward);

/**
 * A sound value with one place, at any depth, replaced by another JSON value, left out, repeated or wrapped.
 */
export const damaged = (whole: unknown): fc.Arbitrary<unknown> =>
  fc
    .tuple(fc.nat(), fc.constantFrom('replaced', 'left out', 'repeated', 'wrapped'), anyJson)
    .map(([at, how, value]) => {
      const copy = structuredClone({ whole });
      const places = placesIn(copy);
      const [node, key] = places[at % places.length] ?? [copy as Record<string, unknown>, 'whole'];
      if (how === 'left out') delete node[key];
      else
        node[key] = { replaced: value, repeated: [node[key], node[key]], wrapped: { [key]: node[key] } }[how];
      return copy.whole;
    });

/** A text that is cut short, has a byte changed, or is replaced by another text. */
export const damagedText = (text: string): fc.Arbitrary<string> =>
  fc.oneof(
    fc.nat({ max: text.length }).map((end) => text.slice(0, end)),
    fc
      .tuple(fc.nat({ max: text.length }), fc.string({ unit: 'binary', maxLength: 3 }))
      .map(([at, by]) => `${text.slice(0, at)}${by}${text.slice(at + 1)}`),
    fc.string({ unit: 'binary' }),
  );

function placesIn(root: object): [Record<string, unknown>, string][] {
  const places: [Record<string, unknown>, string][] = [];
  const collect = (node: unknown): void => {
    if (typeof node !== 'object' || node === null) return;
    for (const key of Object.keys(node)) {
      places.push([node as Record<string, unknown>, key]);
      collect((node as Record<string, unknown>)[key]);
    }
  };
  collect(root);
  return places;
}

/** Returns the value of a call, or our own named error. Any other error fails the test. */
export async function outcomeOf<T>(
  call: () => T | Promise<T>,
): Promise<{ value: T } | { error: WindlassError }> {
  try {
    return { value: await call() };
  } catch (error) {
    if (!(error instanceof WindlassError)) throw error;
    expect(error.message).not.toBe('');
    return { error };
  }
}
