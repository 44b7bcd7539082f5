import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { Worker } from 'node:worker_threads';
import type { Configuration } from '../../lib/config.ts';
import type { Definition, ResolvedDefinition } from '../../lib/definition.ts';
import type { Step } from '../../lib/steps.ts';
import type { LambdaFunction } from '../../simulation/functions/lambda-function.ts';
import { resolveIntrinsics } from '../../simulation/machine/intrinsics.ts';
import { ownNameFor, publish, sharedAssembly } from './shared.ts';
import type { SynthBirth } from './synth-worker.ts';

/**
 * What would be deployed: the machine, its functions by the ARN that its tasks name, and what they read in
 * S3.
 */
export type Synthesized = { definition: Definition; functions: StepFunction[]; objects: DeployedObject[] };

type DeployedObject = { Bucket: string; Key: string; text: string };

/** A function, and the step that it runs. */
export type StepFunction = LambdaFunction & { step: Step };

/**
 * Synthesizes one organization's app into `outdir`, and reads the machine and its functions from the
 * template. When assemblies are shared, the functions run from the shared one instead.
 */
export async function synthesize(
  configuration: Configuration,
  outdir: string,
  signal?: AbortSignal,
): Promise<Synthesized> {
  const shared = sharedAssembly(configuration);
  const { definition, functions } = shared
    ? await synthesizedOnce(configuration, shared, signal)
    : await inThread({ configuration, outdir }, signal);
  const [organization = ''] = Object.keys(configuration.organizations);
  const deployed = functionsOf(functions, shared ?? outdir, `windlass-${organization}-`);
  return { definition, functions: deployed, objects: await objectsOf(deployed, shared ?? outdir) };
}

/** Returns what is deployed from a shared assembly, and makes the assembly when it does not exist yet. */
async function synthesizedOnce(
  configuration: Configuration,
  shared: string,
  signal: AbortSignal | undefined,
): Promise<ResolvedDefinition> {
  if (!existsSync(shared)) {
    const own = ownNameFor(shared);
    const resolved = await inThread({ configuration, outdir: own }, signal);
    await writeFile(join(own, RESOLVED), JSON.stringify(resolved));
    publish(own, shared);
  }
  return JSON.parse(await readFile(join(shared, RESOLVED), 'utf8'));
}

const RESOLVED = 'resolved.json';

async function inThread(birth: SynthBirth, signal: AbortSignal | undefined): Promise<ResolvedDefinition> {
  const worker = new Worker(new URL('./synth-worker.ts', import.meta.url), {
    execArgv: [],
    stdout: true,
    stderr: true,
    workerData: birth,
  });
  let said = '';
  for (const stream of [worker.stdout, worker.stderr])
    stream.setEncoding('utf8').on('data', (chunk: string) => {
      said += chunk;
    });
  const abandon = () => void worker.terminate();
  signal?.addEventListener('abort', abandon, { once: true });
  try {
    const gone = once(worker, 'exit').then(() => {
      throw new Error(`the app did not synthesize: ${said.trim()}`);
    });
    gone.catch(() => {});
    const [resolved] = (await Promise.race([once(worker, 'message'), gone])) as [ResolvedDefinition];
    return resolved;
  } finally {
    signal?.removeEventListener('abort', abandon);
    await worker.terminate();
  }
}

const functionsOf = (
  functions: ResolvedDefinition['functions'],
  outdir: string,
  prefix: string,
): StepFunction[] =>
  Object.entries(functions).map(([arn, { name, assetDirectory, handler, environment, timeoutSeconds }]) => ({
    name: arn,
    step: name.slice(prefix.length) as Step,
    entry: pathToFileURL(join(outdir, assetDirectory, handler.replace(/\.\w+$/, '.js'))).href,
    environment: resolveIntrinsics(environment),
    timeoutSeconds,
  }));

/**
 * The client lists that the functions' environment names. The CDK has staged each under the name of its
 * upload.
 */
async function objectsOf(functions: readonly StepFunction[], outdir: string): Promise<DeployedObject[]> {
  const named = functions.flatMap(({ environment }) => environment.WINDLASS_CLIENTS ?? []);
  return Promise.all(
    [...new Set(named)].map(async (place) => {
      const [, Bucket = '', Key = ''] = /^s3:\/\/([^/]+)\/(.+)#/.exec(place) ?? [];
      return { Bucket, Key, text: await readFile(join(outdir, `asset.${Key}`), 'utf8') };
    }),
  );
}
