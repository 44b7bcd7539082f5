import { Worker } from 'node:worker_threads';
import type { VirtualClock } from '../time/virtual-clock.ts';
import type { LambdaFunction } from './lambda-function.ts';
import type { LambdaBirth } from './lambda-worker.ts';

export type EnvironmentOptions = {
  clock: VirtualClock;
  /** PEMs of the TLS roots that the function trusts. */
  trusted: string[];
  /** What AWS and the rehearsal add to the function's own environment. */
  platform: Record<string, string>;
  /** Lets the functions' waits pass in virtual time. */
  hurried?: boolean;
  /** Takes what the function logs. */
  log: (text: string) => void;
};

/**
 * The heap of one thread, in megabytes: less than a function has. Without a limit V8 lets garbage pile up in
 * each thread, as if every thread had the machine for itself.
 */
const HEAP = { maxOldGenerationSizeMb: 160, maxYoungGenerationSizeMb: 8 };

/** Starts the thread in which some functions run, each with its own environment and the platform's. */
export function startWorker(functions: readonly LambdaFunction[], options: EnvironmentOptions): Worker {
  const { clock, trusted, platform, hurried = false, log } = options;
  const code = functions.map(({ name, entry, environment }) => {
    // NODE_OPTIONS is for a process, not for a thread of it.
    const { NODE_OPTIONS: _, ...own } = environment;
    return [name, { entry, environment: { ...platform, AWS_LAMBDA_FUNCTION_NAME: name, ...own } }];
  });
  const [{ skew } = {}] = functions;
  const birth: LambdaBirth = {
    ...{ functions: Object.fromEntries(code), trusted, clock: clock.shared, skew, hurried },
  };
  const worker = new Worker(new URL('./lambda-worker.ts', import.meta.url), {
    env: {},
    execArgv: [],
    stdout: true,
    stderr: true,
    workerData: birth,
    resourceLimits: HEAP,
  });
  for (const stream of [worker.stdout, worker.stderr]) stream.setEncoding('utf8').on('data', log);
  return worker;
}
