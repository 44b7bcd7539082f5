import { ExecutionTimeoutError, StateMachine, type StateMachineDefinition } from 'aws-local-stepfunctions';
import type { Definition, State } from '../../../../lib/definition.ts';
import { startMachine } from '../../../../simulation/machine/interpreter.ts';
import { onTimeline } from '../../../../simulation/machine/machine-time.ts';
import { StateFailure } from '../../../../simulation/machine/state-failure.ts';
import { createTimeline } from '../../../../simulation/time/timeline.ts';
import { placed } from '../../../lib/machine/walk.ts';

export const START = '2026-11-23T00:00:00.000Z';
const DAY = 86_400_000;

/**
 * How each Task answers, by its state's name. `nth` counts its calls from 1. Whatever it throws is its
 * failure.
 */
export type Tasks = Record<string, (input: unknown, nth: number) => unknown>;

/** How an execution ended, and every call of a Task in order. */
export type Outcome = { error: string | null; cause: string; output: unknown; calls: [string, unknown][] };

export type Small = { machine: Definition; input?: unknown; tasks?: Tasks };

/** A machine of these states, which starts at the first. */
export const machineOf = (States: Record<string, object>, over: object = {}): Definition => ({
  StartAt: Object.keys(States)[0] ?? '',
  States: States as Record<string, State>,
  ...over,
});

/** A failure as a Task's function reports it. */
export const failing = (name: string, cause = `it was ${name}`): Error =>
  Object.assign(new Error(cause), { name });

/** Never answers. */
export const silence = (): Promise<never> => new Promise(() => {});

/** Returns the interpreter's outcome, in virtual time. */
export async function interpreted({ machine, input = {}, tasks = {} }: Small): Promise<Outcome> {
  const timeline = createTimeline(Date.parse(START));
  const { calls, answer } = overheard(tasks);
  const run = startMachine(machine, input, 'arn:execution', {
    time: onTimeline(timeline),
    jitter: () => 1,
    invoke: async ({ state, input }) => {
      try {
        return await answer(state, input);
      } catch (error) {
        const { name, message } = error as Error;
        throw new StateFailure(name, message);
      }
    },
  });
  const [end] = await Promise.all([run.ended, timeline.run(Date.parse(START) + DAY)]);
  return { error: end.error, cause: end.cause, output: end.output, calls };
}

/** Returns the library's outcome. It passes waits at once, and timeouts in real time. */
export async function foretold({ machine, input = {}, tasks = {} }: Small): Promise<Outcome> {
  const { calls, answer } = overheard(tasks);
  const named = (type: State['Type']) =>
    placed(machine).flatMap(({ name, state }) => (state.Type === type ? [name] : []));
  const at = <T>(names: readonly string[], value: (name: string) => T) =>
    Object.fromEntries(names.map((name) => [name, value(name)]));
  const oracle = new StateMachine(structuredClone(machine) as unknown as StateMachineDefinition, {
    validationOptions: { noValidate: true },
  });
  const { result } = oracle.run(input as never, {
    context: { Execution: { Id: 'arn:execution' } } as never,
    overrides: {
      taskResourceLocalHandlers: at(
        named('Task'),
        (name) => async (asked: unknown) => answer(name, asked),
      ) as never,
      retryIntervalOverrides: at([...named('Task'), ...named('Map')], () => 0),
      waitTimeOverrides: at(named('Wait'), () => 0),
    },
  });
  const end = await result.then(
    (output: unknown) => ({ error: null, cause: '', output }),
    (error: Error) => {
      if (error instanceof ExecutionTimeoutError) return { error: 'States.Timeout', cause: '', output: null };
      const { name, message } = error.cause instanceof Error ? error.cause : error;
      return { error: name, cause: message, output: null };
    },
  );
  return { ...end, calls };
}

function overheard(tasks: Tasks) {
  const calls: Outcome['calls'] = [];
  const counts = new Map<string, number>();
  return {
    calls,
    async answer(state: string, input: unknown): Promise<unknown> {
      const nth = (counts.get(state) ?? 0) + 1;
      counts.set(state, nth);
      calls.push([state, structuredClone(input)]);
      return tasks[state] ? tasks[state](input, nth) : {};
    },
  };
}

/**
 * The part of an outcome that both have to agree on. The wording of Step Functions' own errors is not
 * specified.
 */
export const comparable = ({ cause, ...outcome }: Outcome) => ({
  ...outcome,
  cause: outcome.error?.startsWith('States.') ? 'in their own words' : cause,
});
