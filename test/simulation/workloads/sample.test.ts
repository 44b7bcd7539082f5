import { expect, it } from 'vitest';
import { isSampled, sampleSize } from '../../../simulation/workloads/sample.ts';

const placesIn = (clients: number): number[] =>
  Array.from({ length: clients }, (_, place) => place).filter((place) => isSampled(place, clients));

it.each([1, 2, 12, 40])('all of %i clients send all along', (clients) => {
  expect([sampleSize(clients), placesIn(clients).length]).toEqual([clients, clients]);
});

it.each([41, 60, 302, 10_001])('of %i clients 40 do, spread evenly', (clients) => {
  const places = placesIn(clients);
  expect([sampleSize(clients), places.length]).toEqual([40, 40]);
  const gaps = places.slice(1).map((place, before) => place - (places[before] ?? 0));
  expect(Math.max(...gaps) - Math.min(...gaps)).toBeLessThanOrEqual(1);
});
