import { Worker } from 'node:worker_threads';
import type { VirtualClock } from '../time/virtual-clock.ts';
import type { LambdaBirth, LambdaError, Message, Order } from './lambda-worker.ts';

/** Thrown for what Lambda reports as a function error; named and worded as Step Functions sees it. */
export class FunctionError extends Error {
  constructor({ errorType, errorMessage, trace }: LambdaError) {
    super(JSON.stringify({ errorType, errorMessage, trace }));
    this.name = errorType;
  }
}

/** One function as the template describes it, with its environment resolved. */
export type LambdaFunction = {
  name: string;
  /** File URL of the bundled handler that would be deployed. */
  entry: string;
  environment: Record<string, string>;
  timeoutSeconds: number;
  /** One cell: the milliseconds that its own clock is ahead. */
  skew?: SharedArrayBuffer | undefined;
  /** It starts only when it is invoked: most rehearsals have no need of it. */
  cold?: boolean;
};

export type EnvironmentOptions = {
  clock: VirtualClock;
  /** PEMs of the TLS roots that the function trusts. */
  trusted: string[];
  /** What AWS and the rehearsal add to the function's own environment. */
  platform: Record<string, string>;
  /** Lets the functions' waits pass in virtual time, where faults would make them long. */
  hurried?: boolean;
  /** Takes what the function logs. */
  log: (text: string) => void;
};

/** One warm execution environment, of one function or of several that share it. */
export interface Environment {
  /** Resolves when a function's handler is imported, or cannot be. */
  load(name: string): Promise<void>;
  invoke(fn: LambdaFunction, event: unknown): Promise<unknown>;
  /** True while an invocation runs. */
  busy(): boolean;
  /** Ends it in the middle of whatever it does, as the end of its sandbox would. */
  crash(): void;
  /** True when it has crashed. */
  isOver(): boolean;
  /** Ends it as soon as nothing runs in it. */
  retire(): Promise<void>;
  /** Lets the guard of a call that will never be answered run out. */
  expire(): void;
  close(): Promise<void>;
}

/** Starts a worker thread in which each function sees only its own environment, the platform's, and virtual time. */
export function startEnvironment(
  functions: readonly LambdaFunction[],
  options: EnvironmentOptions,
): Environment {
  const worker = startWorker(functions, options);
  const waiting = new Map<number, PromiseWithResolvers<unknown>>();
  const loading = new Map(functions.map(({ name }) => [name, Promise.withResolvers<void>()]));
  let crash: LambdaError | undefined;

  worker.on('message', (message: Message) => {
    if ('loaded' in message) return loading.get(message.loaded)?.resolve();
    const invocation = waiting.get(message.id);
    if ('payload' in message) invocation?.resolve(JSON.parse(message.payload));
    else invocation?.reject(new FunctionError(message.error));
  });
  const fail = (errorMessage: string) => {
    crash ??= { errorType: 'Runtime.ExitError', errorMessage, trace: [] };
    for (const { resolve } of loading.values()) resolve();
    for (const { reject } of waiting.values()) reject(new FunctionError(crash));
  };
  worker.on('error', (error) => fail(String(error)));
  worker.on('exit', (code) => fail(`Runtime exited with error: exit status ${code}`));

  let invocations = 0;
  const idle = Promise.withResolvers<void>();
  let retiring = false;
  const endIfIdle = () => {
    if (retiring && waiting.size === 0) idle.resolve();
  };
  return {
    async load(name) {
      worker.postMessage({ load: name } satisfies Order);
      await loading.get(name)?.promise;
    },
    async invoke(fn, event) {
      if (crash) throw new FunctionError(crash);
      const id = ++invocations;
      const pending = Promise.withResolvers<unknown>();
      waiting.set(id, pending);
      const timeout = fn.timeoutSeconds * 1000;
      const timer = setTimeout(() => pending.reject(timedOut(fn)), timeout);
      const deadline = performance.timeOrigin + performance.now() + timeout;
      const invocation: Order = { id, event: JSON.stringify(event), functionName: fn.name, deadline };
      worker.postMessage(invocation);
      try {
        return await pending.promise;
      } finally {
        clearTimeout(timer);
        waiting.delete(id);
        endIfIdle();
      }
    },
    busy: () => waiting.size > 0,
    crash() {
      fail('Runtime exited with error: signal: killed');
      void worker.terminate();
    },
    isOver: () => crash !== undefined,
    async retire() {
      retiring = true;
      endIfIdle();
      await idle.promise;
      await worker.terminate();
    },
    expire: () => worker.postMessage('expire' satisfies Order),
    close: async () => void (await worker.terminate()),
  };
}

/**
 * The heap of one thread, in megabytes: less than a function has. Without a limit V8 lets garbage pile up in each of them, as if every thread
 * had the machine for itself.
 */
const HEAP = { maxOldGenerationSizeMb: 160, maxYoungGenerationSizeMb: 8 };

function startWorker(functions: readonly LambdaFunction[], options: EnvironmentOptions): Worker {
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

/** The error of an invocation that Lambda's own timeout has ended. */
export const timedOut = ({ timeoutSeconds }: Pick<LambdaFunction, 'timeoutSeconds'>): FunctionError =>
  new FunctionError({
    errorType: 'Sandbox.Timedout',
    errorMessage: `Task timed out after ${timeoutSeconds.toFixed(2)} seconds`,
    trace: [],
  });
