import { expect, it } from 'vitest';
import { firstFew, howMany, namedIn } from '../../../lambdas/domain/first-few.ts';

it.each([0, 1, 5, 6, 700])('of %d words the first few still tell how many there were', (count) => {
  const words = Array.from({ length: count }, (_, i) => `client-${i}`);
  const told = firstFew(words, 5);
  expect(told.length).toBeLessThanOrEqual(6);
  expect(howMany(told)).toBe(count);
});

it.each([
  [5, 3],
  [5, 5],
  [5, 9],
  [700, 3],
  [700, 9],
])(
  'the first few of %d words of which only five were kept count those as well that were not',
  (count, most) => {
    const words = Array.from({ length: count }, (_, i) => `client-${i}`);
    const told = firstFew(firstFew(words, 5), most);
    expect(told.slice(0, Math.min(most, 5))).toEqual(words.slice(0, Math.min(most, 5)));
    expect(howMany(told)).toBe(count);
    expect(namedIn(told)).toEqual(words.slice(0, Math.min(most, 5)));
  },
);
