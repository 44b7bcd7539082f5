import { setTimeout as pause } from 'node:timers/promises';
import { ExecutionAbortedError, StateMachine, type StateMachineDefinition } from 'aws-local-stepfunctions';
import type { Definition } from '../../lib/definition.ts';
import type { VirtualClock } from '../time/virtual-clock.ts';
import { unwrapped, withCauses, wrapped } from './engine-causes.ts';
import { contextOf, inVirtualTime } from './engine-context.ts';
import { excessOf, limited, TerminalError } from './engine-limits.ts';
import { createRetryClock } from './engine-retries.ts';
import { ofType, type Placed, statesOf, waitUntil } from './engine-states.ts';

/** Real milliseconds that stand for a wait; the virtual clock is moved by what the wait is worth. */
const BRIEFLY = { soak: 20, retry: 2 };

/** Told of everything the machine does, as it happens. */
export interface MachineObserver {
  entered(state: string): void;
  done(state: string, input: unknown, result: unknown): void;
  failed(state: string, input: unknown, error: Error, again: boolean): void;
}

/** How an execution ended; `error` is null when it succeeded. */
export type MachineEnd = { error: string | null; cause: string; stateTransitions: number };

export type MachineOptions = {
  definition: Definition;
  /** The execution's own ARN, as the machine's context says it. */
  executionArn?: string;
  input: unknown;
  clock: VirtualClock;
  /** Runs the function that a Task names. */
  invoke: (resource: string, input: unknown) => Promise<unknown>;
  /** Lets the time of a Wait state pass, until a Unix time in seconds. */
  wait: (until: number) => Promise<void>;
  observer: MachineObserver;
  signal?: AbortSignal;
};

/** Runs a synthesized definition as Step Functions would, but for the waits, which pass in virtual time. */
export async function runMachine(options: MachineOptions): Promise<MachineEnd> {
  const { definition, input, clock, signal } = options;
  const states = statesOf(definition);
  const progress: Progress = {
    transitions: 0,
    waiting: Promise.resolve(),
    failedMaps: new Set(),
    over: false,
  };
  const overrides = {
    taskResourceLocalHandlers: Object.fromEntries(
      ofType(states, 'Task').map(([name, placed]) => [name, taskOf(name, placed, progress, options)]),
    ),
    waitTimeOverrides: Object.fromEntries(ofType(states, 'Wait').map(([name]) => [name, BRIEFLY.soak])),
    retryIntervalOverrides: Object.fromEntries(ofType(states, 'Task').map(([name]) => [name, BRIEFLY.retry])),
  };
  // The engine's timer for a whole execution fires at once beyond 24 days, and would count real time anyway.
  const { TimeoutSeconds: _, ...timeless } = definition;
  const machine = new StateMachine(timeless as unknown as StateMachineDefinition, {
    validationOptions: { noValidate: true },
  });
  const execution = inVirtualTime(clock, () =>
    machine.run(input as never, { overrides, context: contextOf(options) }),
  );
  const abort = () => execution.abort();
  signal?.addEventListener('abort', abort, { once: true });
  const following = follow(execution, states, progress, options);
  try {
    const end = await execution.result.then(() => ({ error: null, cause: '' }), endOf);
    await following;
    return { ...(progress.tooLarge ?? end), stateTransitions: progress.transitions };
  } finally {
    progress.over = true;
    signal?.removeEventListener('abort', abort);
  }
}

type Progress = {
  transitions: number;
  waiting: Promise<void>;
  failedMaps: Set<string>;
  over: boolean;
  /** Set when a state gave back more than an execution can carry: Step Functions stops there. */
  tooLarge?: { error: string; cause: string };
};
/** What stands in for one Task's resource. */
function taskOf(name: string, { state, maps }: Placed, progress: Progress, options: MachineOptions) {
  const { clock, invoke, observer, signal } = options;
  const retries = createRetryClock(state, clock);
  // The engine goes on with what is queued in a Map that has failed; Step Functions starts none of it.
  const abandoned = () =>
    progress.over || signal?.aborted || maps.some((map) => progress.failedMaps.has(map));
  return async (input: unknown): Promise<never> => {
    // Gives the events that led here their turn: what they say decides whether this task may start.
    await pause(1);
    if (abandoned()) throw new TerminalError(`'${name}' is not started any more`);
    await progress.waiting;
    try {
      const asked = withCauses(limited(name, input));
      const result = limited(name, await invoke(String(state.Resource), asked));
      retries.succeeded(input);
      observer.done(name, input, result);
      return result as never;
    } catch (error) {
      const failure = error instanceof Error ? error : new Error(String(error));
      if (abandoned()) throw new TerminalError(`'${name}' was cut off`, { cause: failure });
      observer.failed(name, input, failure, retries.failed(input, failure.name));
      throw failure instanceof TerminalError ? failure : wrapped(failure);
    }
  };
}

async function follow(
  { eventLogs, abort }: ReturnType<StateMachine['run']>,
  states: Map<string, Placed>,
  progress: Progress,
  { clock, wait, observer }: MachineOptions,
): Promise<void> {
  for await (const event of eventLogs) {
    if (event.type === 'StateEntered') {
      progress.transitions++;
      observer.entered(event.state.name);
      const state = states.get(event.state.name)?.state;
      if (state?.Type !== 'Wait') continue;
      progress.waiting = wait(waitUntil(state, event.state.input, clock.now()));
      // The engine has gone on by now. What follows the wait is told when it is over, as it would happen.
      await progress.waiting.catch(abort);
    } else if (event.type === 'StateRetried') progress.transitions++;
    else if (event.type === 'StateExited') {
      const excess = excessOf(event.state.name, event.state.output);
      if (!excess) continue;
      progress.tooLarge ??= excess;
      abort();
    } else if (event.type === 'MapIterationFailed') progress.failedMaps.add(event.parentState.name);
  }
}

function endOf(error: unknown): { error: string; cause: string } {
  if (error instanceof ExecutionAbortedError) return { error: 'Aborted', cause: 'the execution was stopped' };
  const failure = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  return failure instanceof Error
    ? { error: failure.name, cause: unwrapped(failure.message) }
    : { error: 'States.Runtime', cause: String(failure) };
}
