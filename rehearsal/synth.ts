import { once } from 'node:events';
import { readdir, readFile, rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { Worker } from 'node:worker_threads';
import type { Configuration } from '../lib/config.ts';
import type { Definition, ResolvedDefinition } from '../lib/definition.ts';
import type { Step } from '../lib/steps.ts';
import type { LambdaFunction } from '../simulation/functions/lambda-environment.ts';
import { resolveIntrinsics } from '../simulation/machine/intrinsics.ts';
import type { SynthBirth } from './synth-worker.ts';

/** What would be deployed: the machine, its functions by the ARN that its tasks name, and what they read in S3. */
export type Synthesized = { definition: Definition; functions: StepFunction[]; objects: DeployedObject[] };

type DeployedObject = { Bucket: string; Key: string; text: string };

/** A function, and the step that it runs. */
export type StepFunction = LambdaFunction & { step: Step };

// Within the project, since the bundles import the AWS SDK from its node_modules.
const OUT = resolve(import.meta.dirname, '..', 'cdk.out');

let assemblies = 0;

/** Where the next cloud assembly goes; its remover is for the end of the rehearsal, since the functions run from there. */
export function newAssembly(): { outdir: string; remove(): Promise<void> } {
  const outdir = join(OUT, `rehearsal-${process.pid}-${++assemblies}`);
  return { outdir, remove: () => rm(outdir, { recursive: true, force: true }) };
}

/** Removes the assemblies of processes that were killed before they could. */
export async function removeAbandonedAssemblies(): Promise<void> {
  const left = await readdir(OUT).catch(() => []);
  const pids = new Set(left.flatMap((name) => /^rehearsal-(\d+)-/.exec(name)?.[1] ?? []).map(Number));
  for (const pid of pids) if (!isRunning(pid)) await removeAssembliesOf(pid);
}

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    // Somebody else's process is one as well.
    return (error as NodeJS.ErrnoException).code !== 'ESRCH';
  }
}

/** Removes what a process that was stopped has left. */
export async function removeAssembliesOf(pid: number): Promise<void> {
  const left = (await readdir(OUT).catch(() => [])).filter((name) => name.startsWith(`rehearsal-${pid}-`));
  for (const name of left) await rm(join(OUT, name), { recursive: true, force: true });
}

/** Synthesizes one organization's app into `outdir` and reads the machine and its functions out of the template. */
export async function synthesize(
  configuration: Configuration,
  outdir: string,
  signal?: AbortSignal,
): Promise<Synthesized> {
  const birth: SynthBirth = { configuration, outdir };
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
    const [{ definition, functions }] = (await Promise.race([once(worker, 'message'), gone])) as [
      ResolvedDefinition,
    ];
    const [organization = ''] = Object.keys(configuration.organizations);
    const deployed = functionsOf(functions, outdir, `windlass-${organization}-`);
    return { definition, functions: deployed, objects: await objectsOf(deployed, outdir) };
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

/** The client list that functions are told of: the CDK has staged it under the name of its upload. */
async function objectsOf(functions: readonly StepFunction[], outdir: string): Promise<DeployedObject[]> {
  const named = functions.flatMap(({ environment }) => environment.WINDLASS_CLIENTS ?? []);
  return Promise.all(
    [...new Set(named)].map(async (place) => {
      const [, Bucket = '', Key = ''] = /^s3:\/\/([^/]+)\/(.+)#/.exec(place) ?? [];
      return { Bucket, Key, text: await readFile(join(outdir, `asset.${Key}`), 'utf8') };
    }),
  );
}
