import pMap from 'p-map';
import type { Definition } from '../../lib/definition.ts';
import { Branch } from './branch.ts';
import { type ExpressionInput, evaluated, filled } from './expressions.ts';
import type { ChildFate, StoredObject } from './machine-host.ts';
import { carried, inputOf } from './payload.ts';
import { StateFailure } from './state-failure.ts';
import type { Execution, Visit } from './visit.ts';

type Run = (
  machine: Definition,
  data: ExpressionInput,
  branch: Branch,
  execution: Execution,
) => Promise<unknown>;

/**
 * Runs a Map's iterations, as many at once as it allows. Inline iterations share the execution;
 * distributed ones are its children.
 */
export async function iterate(visit: Visit, run: Run): Promise<unknown[]> {
  const { name, state } = visit;
  const input = inputOf(visit);
  const items = state.ItemReader
    ? await itemsRead(visit, input)
    : evaluated(String(state.ItemsPath ?? '$'), input);
  if (!Array.isArray(items))
    throw new StateFailure('States.Runtime', `what '${name}' goes through is no list`);
  const { time, pace } = visit.execution.host;
  const branch = new Branch(visit.branch);
  const isDistributed = modeOf(state.ItemProcessor) === 'DISTRIBUTED';
  if (isDistributed && pace) await branch.only(time.pass(time.now() + pace.mapRun, 'wait'));
  const iteration = isDistributed ? childOf(visit, branch, run) : within(visit, branch, run);
  const outputs = await pMap(
    items,
    (item, index) => iteration(documentOf(visit, input, item, index), index),
    {
      concurrency: Number(state.MaxConcurrency ?? 0) || Number.POSITIVE_INFINITY,
    },
  );
  return isDistributed ? tolerated(visit, outputs as (Ended | Failed)[]) : outputs;
}

type Iteration = (document: unknown, index: number) => Promise<unknown>;
type Ended = { output: unknown };
type Failed = { failure: StateFailure };

const modeOf = (machine: Definition | undefined): unknown =>
  (machine?.ProcessorConfig as { Mode?: string } | undefined)?.Mode;

/** The document with which one iteration begins. */
function documentOf({ name, state, context }: Visit, input: ExpressionInput, item: unknown, index: number) {
  if (!state.ItemSelector) return item;
  // Only the selector knows the item. A state within the Map cannot ask the context for it.
  const within = { ...Object(context), Map: { Item: { Value: item, Index: index } } };
  return carried(name, filled(state.ItemSelector, { document: input.document, context: within }));
}

/** An iteration within the execution itself: the first that fails stops all the others. */
function within({ state, context, execution }: Visit, branch: Branch, run: Run): Iteration {
  return async (document) => {
    try {
      return await run(state.ItemProcessor as Definition, { document, context }, branch, execution);
    } catch (error) {
      branch.stop();
      throw error;
    }
  };
}

/** An iteration as an execution of its own, with its own ARN and transitions. Its failure stops no other. */
function childOf({ name, state, context, execution }: Visit, branch: Branch, run: Run): Iteration {
  const parent = String(Object(Object(context).Execution).Id);
  const label = String(state.Label ?? name.replace(/\W/g, ''));
  const machine = state.ItemProcessor as Definition;
  const { host } = execution;

  async function child(Id: string, document: unknown, { stoppedAfter }: ChildFate): Promise<Ended | Failed> {
    const Execution = { ...Object(Object(context).Execution), Id, Input: document };
    const data = { document, context: { ...Object(context), Execution } };
    const own = new Branch(branch);
    const running = run(machine, data, own, { host, transitions: 0, child: true });
    const ended = running.then(
      (output) => ({ output }),
      (failure) => (failure instanceof StateFailure ? { failure } : Promise.reject(failure)),
    );
    if (stoppedAfter === undefined) return ended;
    const { promise: stopped, resolve } = Promise.withResolvers<Failed>();
    const callOff = host.time.at(host.time.now() + stoppedAfter, () => {
      own.stop();
      resolve({ failure: new StateFailure('States.Runtime', 'the execution was stopped') });
    });
    return Promise.race([ended.finally(callOff), stopped]);
  }

  return async (document, index) => {
    const Id = idOfChild(parent, label, index);
    const fate = host.fateOf?.(Id, document) ?? {};
    const { startsAfter } = fate;
    if (startsAfter !== undefined) await branch.only(host.time.pass(host.time.now() + startsAfter, 'wait'));
    if (!fate.twin) return child(Id, document, fate);
    const [ended] = await Promise.all([child(Id, document, fate), child(`${Id} again`, document, {})]);
    return ended;
  };
}

/**
 * The ARN of a child: the machine's name with the Map's label behind it, as Step Functions writes it. An id
 * that is no ARN gets label and index appended.
 */
function idOfChild(parent: string, label: string, index: number): string {
  const [, machine, name] = /^(arn:.*:execution:[^:/]+):([^:]+)$/.exec(parent) ?? [];
  return machine ? `${machine}/${label}:${name}-${index}` : `${parent}/${label}:${index}`;
}

/** What the children returned, unless more of them failed than the Map tolerates (by default none). */
function tolerated({ name, state }: Visit, ends: readonly (Ended | Failed)[]): unknown[] {
  const outputs = ends.flatMap((end) => ('output' in end ? [end.output] : []));
  const failed = ends.length - outputs.length;
  const most = (Number(state.ToleratedFailurePercentage ?? 0) / 100) * ends.length;
  if (failed > most)
    throw new StateFailure(
      'States.ExceedToleratedFailureThreshold',
      `${failed} children of '${name}' failed`,
    );
  carried(name, outputs);
  return outputs;
}

/** The list that a distributed Map reads from S3. */
async function itemsRead(visit: Visit, input: ExpressionInput): Promise<unknown> {
  const { name, state, branch, execution } = visit;
  const { Parameters } = state.ItemReader as { Parameters: unknown };
  const { itemsIn } = execution.host;
  if (!itemsIn) throw new Error(`there is nothing that '${name}' could read its items from`);
  return branch.only(itemsIn(filled(Parameters, input) as StoredObject));
}
