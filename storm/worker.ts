import { parentPort, workerData } from 'node:worker_threads';
import { inSource } from './planted-bugs/in-source.ts';
import { plantInSource } from './planted-bugs/plant-in-source.ts';
import type { Synthesized } from './synthesized-machine.ts';
import type { SeedFigures } from './tell-seed.ts';

/** What a worker is started with: the machine, the next seed that nobody has taken yet, before which to end, and the bug to plant, if any. */
export type StormBirth = {
  machine: Synthesized;
  /** Shared by all workers. */
  next: Int32Array;
  to: number;
  plant: string | null;
};

/** The seeds of one worker since it last said something. */
export type StormNews = { figures: SeedFigures[] };

const { machine, next, to, plant } = workerData as StormBirth;
// Nobody reads a stack trace here, and making one is most of the cost of a refused call.
Error.stackTraceLimit = 0;
// The bug is planted before the product is loaded, so the product is imported below.
plantInSource(inSource[plant ?? '']?.edits ?? []);
const { plantedBugs } = await import('./planted-bugs/planted-bugs.ts');
const { figuresOf, tellSeed } = await import('./tell-seed.ts');
const bug = plant === null ? undefined : plantedBugs[plant];
if (plant !== null && !bug) throw new Error(`no bug ${plant} to plant`);
let end = to;
// A thread that is ended while it makes a key takes the whole process with it. So it is asked to end by itself.
parentPort?.on('message', (before: number) => {
  end = Math.min(end, before);
});
parentPort?.unref();
let figures: SeedFigures[] = [];
let told = performance.now();
const taken = () => Atomics.add(next, 0, 1);
for (let seed = taken(); seed < end; seed = taken()) {
  figures.push(figuresOf(await tellSeed(seed, machine, { planted: bug?.make() })));
  const failed = figures.at(-1)?.kinds.length !== 0;
  if (!failed && performance.now() - told < 500) continue;
  parentPort?.postMessage({ figures } satisfies StormNews);
  [figures, told] = [[], performance.now()];
}
parentPort?.postMessage({ figures } satisfies StormNews);
