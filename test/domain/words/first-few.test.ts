import { expect, it } from 'vitest';
import { firstFew, howMany } from '../../../lambdas/domain/first-few.ts';

it.each([0, 1, 5, 6, 700])('of %d words the first few still tell how many there were', (count) => {
  const words = Array.from({ length: count }, (_, i) => `client-${i}`);
  const told = firstFew(words, 5);
  expect(told.length).toBeLessThanOrEqual(6);
  expect(howMany(told)).toBe(count);
});
