import { parentPort, workerData } from 'node:worker_threads';
import { inSource } from './planted-bugs/in-source.ts';
import { plantInSource } from './planted-bugs/plant-in-source.ts';
import type { Synthesized } from './synthesized-machine.ts';
import type { SeedFigures } from './tell-seed.ts';

/**
 * What a worker is started with: the machine, the next seed to take, the seed before which to end, and the
 * bug to plant, if any.
 */
export type StormBirth = {
  machine: Synthesized;
  /** Shared by all workers. */
  next: Int32Array;
  to: number;
  plant: string | null;
};

/** The figures of the seeds that a worker has finished since its last message. */
export type StormNews = { figures: SeedFigures[] };

const { machine, next, to, plant } = workerData as StormBirth;
// Stack traces are not read here, and making them is most of the cost of a refused call.
Error.stackTraceLimit = 0;
// The product is imported after the bug is planted, since the bug only reaches files that are loaded later.
plantInSource(inSource[plant ?? '']?.edits ?? []);
const { plantedBugs } = await import('./planted-bugs/planted-bugs.ts');
const { figuresOf, tellSeed } = await import('./tell-seed.ts');
const bug = plant === null ? undefined : plantedBugs[plant];
if (plant !== null && !bug) throw new Error(`no bug ${plant} to plant`);
let end = to;
// A thread that is terminated while it makes a key ends the whole process. So it is asked to end by itself.
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
