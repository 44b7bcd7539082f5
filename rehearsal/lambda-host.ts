import { Worker } from 'node:worker_threads';
import type { Invocation, LambdaBirth, LambdaError, Outcome } from './lambda-worker.ts';
import type { VirtualClock } from './virtual-clock.ts';

/** One function as the template describes it, with its environment resolved. */
export type LambdaFunction = {
  name: string;
  /** File URL of the bundled handler that would be deployed. */
  entry: string;
  environment: Record<string, string>;
  timeoutSeconds: number;
};

/** Thrown by `invoke` for what Lambda reports as a function error; named and worded as Step Functions sees it. */
export class FunctionError extends Error {
  constructor({ errorType, errorMessage, trace }: LambdaError) {
    super(JSON.stringify({ errorType, errorMessage, trace }));
    this.name = errorType;
  }
}

export interface LambdaHost {
  /** Runs a function with JSON that has crossed a wire; throws {@link FunctionError}. */
  invoke(name: string, event: unknown): Promise<unknown>;
  /** Everything the functions have logged so far. */
  logs(): string;
  close(): Promise<void>;
}

/**
 * Keeps one warm execution environment for each function: a worker thread that sees only the function's own
 * environment, `platform` (what AWS and the rehearsal add to it), the given TLS roots and virtual time.
 */
export function startLambdaHost(
  functions: readonly LambdaFunction[],
  around: { clock: VirtualClock; trusted: string[]; platform: Record<string, string> },
): LambdaHost {
  const lines: string[] = [];
  const environments = new Map(functions.map((fn) => [fn.name, startEnvironment(fn, around, lines)]));
  return {
    async invoke(name, event) {
      const environment = environments.get(name);
      if (!environment) throw new Error(`The template has no function named ${name}`);
      return environment.invoke(event);
    },
    logs: () => lines.join(''),
    async close() {
      await Promise.all([...environments.values()].map(({ close }) => close()));
    },
  };
}

function startEnvironment(
  fn: LambdaFunction,
  { clock, trusted, platform }: Parameters<typeof startLambdaHost>[1],
  lines: string[],
) {
  const birth: LambdaBirth = { entry: fn.entry, trusted, clock: clock.shared };
  // NODE_OPTIONS is for a process: a thread refuses to start with most of them.
  const { NODE_OPTIONS: _, ...environment } = fn.environment;
  const worker = new Worker(new URL('./lambda-worker.ts', import.meta.url), {
    env: { ...platform, AWS_LAMBDA_FUNCTION_NAME: fn.name, ...environment },
    execArgv: [],
    stdout: true,
    stderr: true,
    workerData: birth,
  });
  for (const stream of [worker.stdout, worker.stderr])
    stream.setEncoding('utf8').on('data', (chunk: string) => lines.push(chunk));

  const waiting = new Map<number, PromiseWithResolvers<unknown>>();
  let crash: LambdaError | undefined;
  worker.on('message', (outcome: Outcome) => {
    if ('payload' in outcome) waiting.get(outcome.id)?.resolve(JSON.parse(outcome.payload));
    else waiting.get(outcome.id)?.reject(new FunctionError(outcome.error));
  });
  const fail = (errorMessage: string) => {
    crash ??= { errorType: 'Runtime.ExitError', errorMessage, trace: [] };
    for (const { reject } of waiting.values()) reject(new FunctionError(crash));
  };
  worker.on('error', (error) => fail(`${error}`));
  worker.on('exit', (code) => fail(`Runtime exited with error: exit status ${code}`));

  let invocations = 0;
  return {
    async invoke(event: unknown): Promise<unknown> {
      if (crash) throw new FunctionError(crash);
      const id = ++invocations;
      const pending = Promise.withResolvers<unknown>();
      waiting.set(id, pending);
      const deadline = performance.timeOrigin + performance.now() + fn.timeoutSeconds * 1000;
      const timer = setTimeout(() => pending.reject(timedOut(fn)), fn.timeoutSeconds * 1000);
      const invocation: Invocation = { id, event: JSON.stringify(event), functionName: fn.name, deadline };
      worker.postMessage(invocation);
      try {
        return await pending.promise;
      } finally {
        clearTimeout(timer);
        waiting.delete(id);
      }
    },
    async close() {
      await worker.terminate();
    },
  };
}

const timedOut = ({ timeoutSeconds }: LambdaFunction): FunctionError =>
  new FunctionError({
    errorType: 'Sandbox.Timedout',
    errorMessage: `Task timed out after ${timeoutSeconds.toFixed(2)} seconds`,
    trace: [],
  });
