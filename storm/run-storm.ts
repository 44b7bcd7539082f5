import { Worker } from 'node:worker_threads';
import type { Synthesized } from './synthesized-machine.ts';
import type { SeedFigures } from './tell-seed.ts';
import type { StormBirth, StormNews } from './worker.ts';

export type StormOptions = {
  machine: Synthesized;
  from: number;
  seeds: number;
  workers: number;
  /** The name of a bug to plant. */
  plant?: string | undefined;
  /** Ends the storm at the smallest seed for which this is true. The seeds below it are still simulated. */
  until?: (figures: SeedFigures) => boolean;
  /** Called for every seed, in any order. */
  onSeed(figures: SeedFigures): void;
};

/** Whether a seed broke a promise, or left something unfinished. */
export const isFailed = ({ kinds }: SeedFigures): boolean => kinds.length > 0;

/**
 * Simulates many seeds on several threads. Resolves when all are done, or when `until` has ended the storm.
 */
export async function runStorm(options: StormOptions): Promise<void> {
  const { machine, from, seeds, workers, plant = null, until = () => false, onSeed } = options;
  // Some seeds take fifty times as long as others, so each thread takes the next seed when it is free.
  const next = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT)).fill(from);
  const birth: StormBirth = { machine, next, to: from + seeds, plant };
  const threads = Array.from({ length: workers }, () => {
    return new Worker(new URL('./worker.ts', import.meta.url), { workerData: birth });
  });
  const stopAt = (seed: number): void => {
    for (const thread of threads) thread.postMessage(seed);
  };
  const over = threads.map(
    (thread) =>
      new Promise<void>((done, fail) => {
        thread.once('error', fail);
        thread.once('exit', () => done());
        thread.on('message', ({ figures }: StormNews) => {
          for (const seed of figures) onSeed(seed);
          const found = figures.find(until);
          if (found) stopAt(found.seed);
        });
      }),
  );
  await Promise.all(over);
}
