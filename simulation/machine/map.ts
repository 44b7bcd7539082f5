import pMap from 'p-map';
import type { Definition } from '../../lib/definition.ts';
import { Branch } from './branch.ts';
import { type ExpressionInput, evaluated, filled } from './expressions.ts';
import { carried, inputOf } from './payload.ts';
import { StateFailure } from './state-failure.ts';
import type { Execution, Visit } from './visit.ts';

type Run = (
  machine: Definition,
  data: ExpressionInput,
  branch: Branch,
  execution: Execution,
) => Promise<unknown>;

/** A Map's iterations, as many at once as it allows; the first that fails stops all the others. */
export async function iterate(visit: Visit, run: Run): Promise<unknown[]> {
  const { name, state, context, execution } = visit;
  const branch = new Branch(visit.branch);
  const input = inputOf(visit);
  const items = evaluated(String(state.ItemsPath ?? '$'), input);
  if (!Array.isArray(items))
    throw new StateFailure('States.Runtime', `what '${name}' goes through is no list`);
  const iteration = async (item: unknown, index: number) => {
    // The item is known to the selector alone: a state within the Map that asks the context for it asks in vain.
    const within = { ...Object(context), Map: { Item: { Value: item, Index: index } } };
    try {
      const document = state.ItemSelector
        ? carried(name, filled(state.ItemSelector, { document: input.document, context: within }))
        : item;
      return await run(state.ItemProcessor as Definition, { document, context }, branch, execution);
    } catch (error) {
      branch.stop();
      throw error;
    }
  };
  return pMap(items, iteration, {
    concurrency: Number(state.MaxConcurrency ?? 0) || Number.POSITIVE_INFINITY,
  });
}
