import { parentPort, workerData } from 'node:worker_threads';
import { buildApp } from '../../lib/app.ts';
import type { Configuration } from '../../lib/config.ts';
import { type ResolvedDefinition, resolveDefinition, type Template } from '../../lib/definition.ts';
import { sharedBundles } from './shared.ts';

export type SynthBirth = { configuration: Configuration; outdir: string };

/** Synthesizes on a thread of its own: it takes seconds of work, and its memory is freed with the thread. */
const { configuration, outdir } = workerData as SynthBirth;
const bundles = sharedBundles();
const [stack] = buildApp(configuration, { outdir, ...(bundles !== undefined && { bundles }) }).synth().stacks;
const resolved: ResolvedDefinition = resolveDefinition(stack?.template as Template);
parentPort?.postMessage(resolved);
