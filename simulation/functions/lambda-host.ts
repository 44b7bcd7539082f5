import {
  type Environment,
  type EnvironmentOptions,
  type LambdaFunction,
  startEnvironment,
} from './lambda-environment.ts';

export interface LambdaHost {
  /** Runs a function with JSON that has crossed a wire; throws `FunctionError`. */
  invoke(name: string, event: unknown): Promise<unknown>;
  /** Ends all environments that are at work, in the middle of whatever they do; the next ones are cold. */
  crash(): void;
  /** Takes a function's environment away when nothing is at work in it any more; the next invocation finds a cold one. */
  retire(name: string): void;
  /** Lets the guards of calls that will never be answered run out. */
  expire(): void;
  /** Everything the functions have logged so far. */
  logs(): string;
  close(): Promise<void>;
}

/**
 * Keeps one warm execution environment for each function that is not left cold. They start in the order given, one after the other, since
 * they would only slow each other down; one that is invoked before its turn starts at once.
 */
export function startLambdaHost(
  functions: readonly LambdaFunction[],
  around: Omit<EnvironmentOptions, 'log'>,
): LambdaHost {
  const lines: string[] = [];
  const byName = new Map(functions.map((fn) => [fn.name, fn]));
  const started = new Map<string, Environment>();
  const retired = new Set<Environment>();
  const everyEnvironment = () => [...started.values(), ...retired];
  let closed = false;

  function environmentOf(name: string): Environment {
    const fn = byName.get(name);
    if (!fn || closed) throw new Error(`There is no function ${name} to invoke`);
    const environment =
      started.get(name) ?? startEnvironment(fn, { ...around, log: (text) => lines.push(text) });
    started.set(name, environment);
    return environment;
  }

  async function warmUp(): Promise<void> {
    for (const { name, cold } of functions) if (!cold && !closed) await environmentOf(name).loaded;
  }

  void warmUp();
  return {
    invoke: async (name, event) => environmentOf(name).invoke(event),
    crash() {
      for (const environment of everyEnvironment()) if (environment.busy()) environment.crash();
      for (const [name, environment] of started) if (environment.isOver()) started.delete(name);
    },
    retire(name) {
      const environment = started.get(name);
      if (!environment) return;
      started.delete(name);
      retired.add(environment);
      void environment.retire().then(() => retired.delete(environment));
    },
    expire() {
      // Also where nothing is at work: a function that has ended may have left a call behind, which hangs until its guard runs out.
      for (const environment of everyEnvironment()) environment.expire();
    },
    logs: () => lines.join(''),
    async close() {
      closed = true;
      await Promise.all(everyEnvironment().map((environment) => environment.close()));
    },
  };
}
