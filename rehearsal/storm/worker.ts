import { parentPort, workerData } from 'node:worker_threads';
import type { Synthesized } from './definition.ts';
import { plants } from './plants.ts';
import { figuresOf, type SeedFigures, tellSeed } from './tell-seed.ts';

/** What a worker is born with: the machine, which seeds are its own, and the bug to plant, if any. */
export type StormBirth = {
  machine: Synthesized;
  from: number;
  to: number;
  step: number;
  plant: string | null;
};

/** The seeds of one worker since it last said something. */
export type StormNews = { figures: SeedFigures[]; done: boolean };

const { machine, from, to, step, plant } = workerData as StormBirth;
// Nobody reads a stack here, and making one is most of what a refused call would cost.
Error.stackTraceLimit = 0;
const planted = plant === null ? undefined : plants[plant]?.plant;
let figures: SeedFigures[] = [];
let told = performance.now();
for (let seed = from; seed < to; seed += step) {
  figures.push(figuresOf(await tellSeed(seed, machine, { planted })));
  if (performance.now() - told < 500) continue;
  parentPort?.postMessage({ figures, done: false } satisfies StormNews);
  [figures, told] = [[], performance.now()];
}
parentPort?.postMessage({ figures, done: true } satisfies StormNews);
