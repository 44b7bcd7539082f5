import { expect, it } from 'vitest';
import { createDeliveries } from '../../../simulation/faults/deliveries.ts';
import { calmScenario, NOW } from '../judges/calm-scenario.ts';

const seeds = Array.from({ length: 2_000 }, (_, seed) => seed);
const startsIn = (seed: number, without = new Set<string>(), now = NOW) =>
  createDeliveries({ ...calmScenario(), seed, calm: NOW + 1 }, without).startsOf('a schedule', now);

it('most schedules start one run on time, some start it late, and some start two', () => {
  const unsteady = seeds.map((seed) => startsIn(seed)).filter((starts) => starts.join() !== '0');
  expect(unsteady.length).toBeGreaterThan(20);
  expect(unsteady.length).toBeLessThan(200);
  expect(unsteady.some((starts) => starts.length === 1)).toBe(true);
  expect(unsteady.some(([first, second]) => first === 0 && second === 0)).toBe(true);
});

it('nothing is delivered late or twice after the calm has begun, nor where it is left out', () => {
  const leftOut = new Set(['a schedule starts']);
  expect(seeds.every((seed) => startsIn(seed, leftOut).join() === '0')).toBe(true);
  expect(seeds.every((seed) => startsIn(seed, new Set(), NOW + 1).join() === '0')).toBe(true);
});
