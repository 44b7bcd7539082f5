import type { Definition, State } from '../../lib/definition.ts';
import { type ExpressionInput, evaluated, filled, withValueAt } from './expressions.ts';
import type { MachineHost } from './machine-host.ts';
import { Branch, iterate } from './map.ts';
import { attempted } from './retries.ts';
import { StateFailure } from './state-failure.ts';

/** How an execution ended; `error` is null when it succeeded. */
export type MachineEnd = { error: string | null; cause: string };

export type MachineRun = { ended: Promise<MachineEnd>; stop(end: MachineEnd): void };

/**
 * Interprets the few fields of the Amazon States Language that the synthesized machine has, in virtual time. The local
 * engine takes half a millisecond for each Task alone, and goes on with iterations of a Map that has failed; here a
 * machine that was stopped enters no further state, while functions that it invoked live on, as in Step Functions.
 */
export function startMachine(
  definition: Definition,
  input: unknown,
  context: unknown,
  host: MachineHost,
): MachineRun {
  const branch = new Branch();
  let stop: MachineRun['stop'] = () => {};
  const stopped = new Promise<MachineEnd>((ended) => {
    stop = (end) => {
      branch.stop();
      ended(end);
    };
  });
  const finished = run(definition, { document: input, context }, branch, host).then(
    () => ({ error: null, cause: '' }),
    endOf,
  );
  const seconds = definition.TimeoutSeconds as number | undefined;
  if (seconds) {
    const late = { error: 'States.Timeout', cause: `the execution ran for ${seconds} s` };
    host.timeline.at(host.timeline.now() + seconds * 1000, () => stop(late));
  }
  return { ended: Promise.race([finished, stopped]), stop };
}

/** Runs a machine, or the machine within a Map, to its end; a failure that nobody catches is a {@link StateFailure}. */
export async function run(
  machine: Definition,
  data: ExpressionInput,
  branch: Branch,
  host: MachineHost,
): Promise<unknown> {
  let { document } = data;
  for (let name: string | undefined = machine.StartAt; name !== undefined; ) {
    const state: State | undefined = machine.States[name];
    if (!state) throw new StateFailure('States.Runtime', `no state ${name}`);
    demandKnownFields(name, state);
    host.entered(name);
    const left: Left = await branch.only(
      handlers[state.Type](name, state, { ...data, document }, branch, host),
    );
    document = left.document;
    name = left.next;
  }
  return document;
}

type Left = { document: unknown; next: string | undefined };
type Handler = (
  name: string,
  state: State,
  data: ExpressionInput,
  branch: Branch,
  host: MachineHost,
) => Promise<Left>;

const nextOf = (state: State): string | undefined => state.Next as string | undefined;

const handlers: Record<State['Type'], Handler> = {
  async Pass(_, state, data) {
    const result = state.Result ?? filledOr(state.Parameters, data);
    return { document: merged(state, data, result), next: nextOf(state) };
  },
  async Choice(_, state, data) {
    const rules = state.Choices as Rule[];
    const chosen = rules.find((rule) => holds(rule, data));
    return { document: data.document, next: chosen?.Next ?? (state.Default as string) };
  },
  async Wait(_, state, data, __, { timeline }) {
    const until = Date.parse(String(evaluated(String(state.TimestampPath), data)));
    await timeline.sleep(Math.max(0, until - timeline.now()));
    return { document: data.document, next: nextOf(state) };
  },
  Task: (name, state, data, branch, host) =>
    attempted(name, state, data, branch, host, async () => {
      const input = filledOr(state.Parameters, data);
      const result = await host.invoke({ state: name, resource: String(state.Resource), input });
      return { document: merged(state, data, result), next: nextOf(state) };
    }),
  Map: (name, state, data, branch, host) =>
    attempted(name, state, data, branch, host, async () => {
      const result = await iterate(state, data, branch, host, run);
      return { document: merged(state, data, result), next: nextOf(state) };
    }),
  Succeed: async (_, __, { document }) => ({ document, next: undefined }),
  async Fail(_, state, data) {
    const said = (field: 'Error' | 'Cause') =>
      String(state[`${field}Path`] ? evaluated(String(state[`${field}Path`]), data) : (state[field] ?? ''));
    throw new StateFailure(said('Error'), said('Cause'));
  },
};

const filledOr = (template: unknown, data: ExpressionInput): unknown =>
  template === undefined ? data.document : filled(template, data);

function merged(state: State, data: ExpressionInput, result: unknown): unknown {
  const document = state.ResultPath ? withValueAt(String(state.ResultPath), data.document, result) : result;
  return state.OutputPath ? evaluated(String(state.OutputPath), { ...data, document }) : document;
}

type Rule = { Variable: string; Next: string; StringEquals?: string; BooleanEquals?: boolean };

const holds = ({ Variable, StringEquals, BooleanEquals }: Rule, data: ExpressionInput): boolean =>
  evaluated(Variable, data) === (StringEquals ?? BooleanEquals);

const KNOWN: ReadonlySet<string> = new Set(
  `Type Comment Next End Resource Parameters ResultPath OutputPath Retry Catch TimeoutSeconds Result Choices Default
  TimestampPath ItemsPath ItemSelector ItemProcessor MaxConcurrency Error Cause ErrorPath CausePath`.split(
    /\s+/,
  ),
);

/** A field that nobody reads here would be a difference that nobody sees. */
function demandKnownFields(name: string, state: State): void {
  const unknown = Object.keys(state).filter((field) => !KNOWN.has(field));
  if (unknown.length > 0) throw new Error(`the interpreter does not know ${unknown.join(', ')} of ${name}`);
}

const endOf = (error: unknown): MachineEnd => {
  if (error instanceof StateFailure) return { error: error.name, cause: error.message };
  throw error;
};
