import type { Definition, State } from '../../lib/definition.ts';
import { evaluated, filled, type Scene, withValueAt } from './expressions.ts';
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
  scene: Scene,
  branch: Branch,
  host: MachineHost,
): Promise<unknown> {
  let { document } = scene;
  for (let name: string | undefined = machine.StartAt; name !== undefined; ) {
    const state: State | undefined = machine.States[name];
    if (!state) throw new StateFailure('States.Runtime', `no state ${name}`);
    demandKnownFields(name, state);
    host.entered(name);
    const left: Left = await branch.only(
      handlers[state.Type](name, state, { ...scene, document }, branch, host),
    );
    document = left.document;
    name = left.next;
  }
  return document;
}

type Left = { document: unknown; next: string | undefined };
type Handler = (name: string, state: State, scene: Scene, branch: Branch, host: MachineHost) => Promise<Left>;

const nextOf = (state: State): string | undefined => state.Next as string | undefined;

const handlers: Record<State['Type'], Handler> = {
  async Pass(_, state, scene) {
    const result = state.Result ?? filledOr(state.Parameters, scene);
    return { document: merged(state, scene, result), next: nextOf(state) };
  },
  async Choice(_, state, scene) {
    const rules = state.Choices as Rule[];
    const chosen = rules.find((rule) => holds(rule, scene));
    return { document: scene.document, next: chosen?.Next ?? (state.Default as string) };
  },
  async Wait(_, state, scene, __, { timeline }) {
    const until = Date.parse(String(evaluated(String(state.TimestampPath), scene)));
    await timeline.sleep(Math.max(0, until - timeline.now()));
    return { document: scene.document, next: nextOf(state) };
  },
  Task: (name, state, scene, branch, host) =>
    attempted(name, state, scene, branch, host, async () => {
      const input = filledOr(state.Parameters, scene);
      const result = await host.invoke({ state: name, resource: String(state.Resource), input });
      return { document: merged(state, scene, result), next: nextOf(state) };
    }),
  Map: (name, state, scene, branch, host) =>
    attempted(name, state, scene, branch, host, async () => {
      const result = await iterate(state, scene, branch, host, run);
      return { document: merged(state, scene, result), next: nextOf(state) };
    }),
  Succeed: async (_, __, { document }) => ({ document, next: undefined }),
  async Fail(_, state, scene) {
    const said = (field: 'Error' | 'Cause') =>
      String(state[`${field}Path`] ? evaluated(String(state[`${field}Path`]), scene) : (state[field] ?? ''));
    throw new StateFailure(said('Error'), said('Cause'));
  },
};

const filledOr = (template: unknown, scene: Scene): unknown =>
  template === undefined ? scene.document : filled(template, scene);

function merged(state: State, scene: Scene, result: unknown): unknown {
  const document = state.ResultPath ? withValueAt(String(state.ResultPath), scene.document, result) : result;
  return state.OutputPath ? evaluated(String(state.OutputPath), { ...scene, document }) : document;
}

type Rule = { Variable: string; Next: string; StringEquals?: string; BooleanEquals?: boolean };

const holds = ({ Variable, StringEquals, BooleanEquals }: Rule, scene: Scene): boolean =>
  evaluated(Variable, scene) === (StringEquals ?? BooleanEquals);

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
