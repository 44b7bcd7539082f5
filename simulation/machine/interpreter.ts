import type { Definition, State } from '../../lib/definition.ts';
import { Branch } from './branch.ts';
import type { ExpressionInput } from './expressions.ts';
import { demandKnownFields } from './known-fields.ts';
import type { MachineHost } from './machine-host.ts';
import { iterate } from './map.ts';
import { outputOf } from './payload.ts';
import { attempted } from './retries.ts';
import { StateFailure } from './state-failure.ts';
import { nextOf, states } from './states.ts';
import type { Execution, Left, Visit } from './visit.ts';

/** How an execution ended. `error` is null when it succeeded, and `output` is null when it did not. */
export type MachineEnd = { error: string | null; cause: string; output: unknown; stateTransitions: number };

export type MachineRun = {
  ended: Promise<MachineEnd>;
  /**
   * Ends the execution from outside. It enters no further state; functions that it invoked
   * run on, and nobody hears them.
   */
  stop(end: { error: string; cause: string }): void;
};

/**
 * Runs one execution of a machine as Step Functions would, with the fields of the Amazon States Language that
 * the synthesized machine needs. `id` is the execution's ARN, as its context says it. The host runs the
 * functions and lets time pass: on a timeline, or on a clock around real HTTP and TLS.
 */
export function startMachine(
  definition: Definition,
  input: unknown,
  id: string,
  host: MachineHost,
): MachineRun {
  const { now, at } = host.time;
  const branch = new Branch();
  const execution: Execution = { host, transitions: 0, child: false };
  const { promise: ended, resolve, reject } = Promise.withResolvers<MachineEnd>();
  let callOff = () => {};
  const end = (error: string | null, cause: string, output: unknown = null) => {
    callOff();
    branch.stop();
    resolve({ error, cause, output, stateTransitions: execution.transitions });
  };
  const seconds = definition.TimeoutSeconds as number | undefined;
  if (seconds !== undefined)
    callOff = at(now() + seconds * 1000, () => end('States.Timeout', `the execution ran for ${seconds} s`));
  const data = { document: input, context: contextOf(definition, input, id, now()) };
  run(definition, data, branch, execution).then(
    (output) => end(null, '', output),
    (error) => {
      if (error instanceof StateFailure) return end(error.name, error.message);
      callOff();
      // A mistake of this simulation is not an outcome of the machine.
      reject(error);
    },
  );
  return { ended, stop: ({ error, cause }) => end(error, cause) };
}

/** The value of `$$`. */
const contextOf = ({ Comment }: Definition, input: unknown, id: string, now: number) => ({
  Execution: { Id: id, Name: id.split(':').at(-1), Input: input, StartTime: new Date(now).toISOString() },
  StateMachine: {
    Id: 'arn:aws:states:us-east-1:000000000000:stateMachine:rehearsal',
    Name: String(Comment ?? 'rehearsal'),
  },
});

/**
 * Runs a machine, or the machine within a Map, to its end. A failure that nothing
 * catches is a {@link StateFailure}.
 */
async function run(
  machine: Definition,
  { document, context }: ExpressionInput,
  branch: Branch,
  execution: Execution,
): Promise<unknown> {
  demandKnownFields(machine);
  let left: Left = { document, next: machine.StartAt };
  while (left.next !== undefined) {
    const name = left.next;
    const state: State | undefined = machine.States[name];
    if (!state) throw new StateFailure('States.Runtime', `no state ${name}`);
    execution.transitions++;
    execution.host.observer?.entered(name, execution.child);
    const { time, pace } = execution.host;
    if (pace) await branch.only(time.pass(time.now() + pace.transition, 'wait'));
    const visit: Visit = { name, state, document: left.document, context, branch, execution };
    left = await branch.only(state.Type === 'Map' ? map(visit) : states[state.Type](visit));
  }
  return left.document;
}

const map = (visit: Visit): Promise<Left> =>
  attempted(visit, async () => {
    const result = await iterate(visit, run);
    return { document: outputOf(visit, result), next: nextOf(visit.state) };
  });
