import { parentPort, workerData } from 'node:worker_threads';
import { inSource } from './planted-bugs/in-source.ts';
import { plantInSource } from './planted-bugs/plant-in-source.ts';
import type { Synthesized } from './synthesized-machine.ts';

/** The seed to tell, the bug to plant, and whether to tell the whole story. */
export type FailureBirth = {
  seed: number;
  machine: Synthesized;
  plant?: string | undefined;
  isWhole: boolean;
};

const { seed, machine, plant, isWhole } = workerData as FailureBirth;
// The product is imported after the bug is planted, since the bug only reaches files that are loaded later.
plantInSource(inSource[plant ?? '']?.edits ?? []);
const { shortestFailureOf, wholeSeedOf } = await import('./failure-report.ts');
parentPort?.postMessage(await (isWhole ? wholeSeedOf : shortestFailureOf)(seed, machine, plant));
