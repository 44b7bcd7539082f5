import type { EnvironmentOptions } from './function-thread.ts';
import { type Environment, startEnvironment } from './lambda-environment.ts';
import type { LambdaFunction } from './lambda-function.ts';

export interface LambdaHost {
  /** Runs a function with JSON that has crossed a wire. Throws `FunctionError`. */
  invoke(name: string, event: unknown): Promise<unknown>;
  /** Ends all environments that are at work, in the middle of whatever they do. The next ones are cold. */
  crash(): void;
  /**
   * Takes a function's environment away once nothing is at work in it. The next invocation finds a cold one.
   */
  retire(name: string): void;
  /** Lets the guards of calls that will never be answered run out. */
  expire(): void;
  /** Everything that the functions have logged so far. */
  logs(): string;
  close(): Promise<void>;
}

type HostOptions = Omit<EnvironmentOptions, 'log'> & {
  /** Gives each function a thread of its own. */
  apart?: boolean;
};

/**
 * Keeps a warm execution environment for each function that is not left cold. They load in the order
 * given, one after the other, since they would only slow each other down. A function that is invoked
 * before its turn loads at once.
 *
 * All functions share one thread, and with it the AWS SDK: a thread for each takes twice the memory, and
 * compiles the same code again. Where faults strike each function has its own thread, so that one that dies
 * takes no other with it, and its clock may be off.
 */
export function startLambdaHost(
  functions: readonly LambdaFunction[],
  { apart = false, ...around }: HostOptions,
): LambdaHost {
  const lines: string[] = [];
  const byName = new Map(functions.map((fn) => [fn.name, fn]));
  const started = new Map<string, Environment>();
  const retired = new Set<Environment>();
  const everyEnvironment = () => new Set([...started.values(), ...retired]);
  let closed = false;

  const sharingWith = (fn: LambdaFunction) =>
    apart || fn.skew ? [fn] : functions.filter(({ skew }) => !skew);

  function environmentOf(fn: LambdaFunction): Environment {
    const known = started.get(fn.name);
    if (known && !known.isOver()) return known;
    const sharing = sharingWith(fn);
    const environment = startEnvironment(sharing, { ...around, log: (text) => lines.push(text) });
    for (const { name } of sharing) started.set(name, environment);
    return environment;
  }

  async function warmUp(): Promise<void> {
    for (const fn of functions) if (!fn.cold && !closed) await environmentOf(fn).load(fn.name);
  }

  void warmUp();
  return {
    async invoke(name, event) {
      const fn = byName.get(name);
      if (!fn || closed) throw new Error(`There is no function ${name} to invoke`);
      return environmentOf(fn).invoke(fn, event);
    },
    crash() {
      for (const environment of everyEnvironment()) if (environment.busy()) environment.crash();
    },
    retire(name) {
      const environment = started.get(name);
      if (!environment) return;
      for (const [other, its] of started) if (its === environment) started.delete(other);
      retired.add(environment);
      void environment.retire().then(() => retired.delete(environment));
    },
    expire() {
      // Also where nothing is at work: a function that has ended may have left a call that
      // hangs until its guard runs out.
      for (const environment of everyEnvironment()) environment.expire();
    },
    logs: () => lines.join(''),
    async close() {
      closed = true;
      await Promise.all([...everyEnvironment()].map((environment) => environment.close()));
    },
  };
}
