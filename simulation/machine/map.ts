import pMap from 'p-map';
import type { Definition, State } from '../../lib/definition.ts';
import { type ExpressionInput, evaluated, filled } from './expressions.ts';
import type { MachineHost } from './machine-host.ts';

/** A part of a machine that can be stopped: what waits in it then never hears an answer. */
export class Branch {
  readonly #within: Branch | undefined;
  #stopped = false;

  constructor(within?: Branch) {
    this.#within = within;
  }

  get stopped(): boolean {
    return this.#stopped || (this.#within?.stopped ?? false);
  }

  stop(): void {
    this.#stopped = true;
  }

  /** The promise's outcome, if this branch is still alive by then. */
  only<T>(outcome: Promise<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      outcome.then(
        (value) => this.stopped || resolve(value),
        (error) => this.stopped || reject(error),
      );
    });
  }
}

type Run = (
  machine: Definition,
  data: ExpressionInput,
  branch: Branch,
  host: MachineHost,
) => Promise<unknown>;

/** A Map's iterations, as many at once as it allows; the first that fails stops all the others. */
export async function iterate(
  state: State,
  data: ExpressionInput,
  within: Branch,
  host: MachineHost,
  run: Run,
): Promise<unknown[]> {
  const branch = new Branch(within);
  const items = evaluated(String(state.ItemsPath), data) as unknown[];
  const iteration = (item: unknown, index: number) => {
    const context = { ...Object(data.context), Map: { Item: { Value: item, Index: index } } };
    const document = state.ItemSelector
      ? filled(state.ItemSelector, { document: data.document, context })
      : item;
    return run(state.ItemProcessor as Definition, { document, context: data.context }, branch, host);
  };
  try {
    const concurrency = Number(state.MaxConcurrency ?? 0) || Number.POSITIVE_INFINITY;
    return await pMap(items, iteration, { concurrency });
  } catch (error) {
    branch.stop();
    throw error;
  }
}
