import { aboutAttackers } from './attacker.ts';
import { aboutExcuses } from './excuses.ts';
import { inSource } from './in-source.ts';
import { aboutKeyless } from './keyless.ts';
import { aboutMemory } from './memory.ts';
import type { PlantedBug } from './planting.ts';
import { aboutPromises } from './promises.ts';
import { careless } from './steps.ts';
import { aboutTrust } from './trust.ts';
import { aboutWitnesses } from './witnesses.ts';

/** Bugs that a programmer could make, by name. The storm has to find every one of them. */
export const plantedBugs: Readonly<Record<string, PlantedBug>> = {
  ...careless,
  ...aboutTrust,
  ...aboutWitnesses,
  ...aboutAttackers,
  ...aboutKeyless,
  ...aboutMemory,
  ...aboutPromises,
  ...aboutExcuses,
  ...Object.fromEntries(Object.entries(inSource).map(([name, bug]) => [name, { ...bug, make: () => ({}) }])),
};
