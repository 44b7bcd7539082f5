import { type EnvironmentOptions, startWorker } from './function-thread.ts';
import { FunctionError, type LambdaFunction, timedOut } from './lambda-function.ts';
import type { LambdaError, Message, Order } from './lambda-worker.ts';

/** One warm execution environment, of one function or of several that share it. */
export interface Environment {
  /** Resolves when a function's handler is imported, or cannot be. */
  load(name: string): Promise<void>;
  invoke(fn: LambdaFunction, event: unknown): Promise<unknown>;
  /** Whether an invocation runs. */
  busy(): boolean;
  /** Ends the environment in the middle of whatever it does, as the end of its sandbox would. */
  crash(): void;
  /** Whether the environment has crashed. */
  isOver(): boolean;
  /** Ends the environment as soon as nothing runs in it. */
  retire(): Promise<void>;
  /** Lets the guard of a call that will never be answered run out. */
  expire(): void;
  close(): Promise<void>;
}

/**
 * Starts a worker thread in which each function sees only its own environment,
 * the platform's, and virtual time.
 */
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
