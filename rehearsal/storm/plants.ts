import type { PlantedBug } from './planting.ts';
import { aboutMemory } from './plants-memory.ts';
import { aboutPromises } from './plants-promises.ts';
import { careless } from './plants-steps.ts';
import { aboutTrust } from './plants-trust.ts';

/** Bugs that somebody could make, by their names; the storm has to find every one of them. */
export const plants: Readonly<Record<string, PlantedBug>> = {
  ...careless,
  ...aboutTrust,
  ...aboutMemory,
  ...aboutPromises,
};
