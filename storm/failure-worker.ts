import { parentPort, workerData } from 'node:worker_threads';
import { inSource } from './planted-bugs/in-source.ts';
import { plantInSource } from './planted-bugs/plant-in-source.ts';
import type { Synthesized } from './synthesized-machine.ts';

/** Which seed to tell of, with which bug planted, and whether to tell all of it. */
export type FailureBirth = {
  seed: number;
  machine: Synthesized;
  plant?: string | undefined;
  isWhole: boolean;
};

const { seed, machine, plant, isWhole } = workerData as FailureBirth;
// The bug is planted before the product is loaded, so the product is imported below.
plantInSource(inSource[plant ?? '']?.edits ?? []);
const { shortestFailureOf, wholeSeedOf } = await import('./failure-report.ts');
parentPort?.postMessage(await (isWhole ? wholeSeedOf : shortestFailureOf)(seed, machine, plant));
