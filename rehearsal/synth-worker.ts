import { parentPort, workerData } from 'node:worker_threads';
import { buildApp } from '../lib/app.ts';
import type { Configuration } from '../lib/config.ts';
import { type ResolvedDefinition, resolveDefinition, type Template } from '../lib/definition.ts';

export type SynthBirth = { configuration: Configuration; outdir: string };

/** Synthesizes on a thread of its own: seconds of work, and memory that goes with the thread. */
const { configuration, outdir } = workerData as SynthBirth;
const [stack] = buildApp(configuration, { outdir }).synth().stacks;
const resolved: ResolvedDefinition = resolveDefinition(stack?.template as Template);
parentPort?.postMessage(resolved);
