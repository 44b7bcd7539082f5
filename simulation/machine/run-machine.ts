import type { Definition } from '../../lib/definition.ts';
import type { VirtualClock } from '../time/virtual-clock.ts';
import { type MachineEnd, startMachine } from './interpreter.ts';
import type { MachineHost, MachineObserver } from './machine-host.ts';
import { onClock } from './machine-time.ts';
import { StateFailure } from './state-failure.ts';

export type MachineOptions = {
  definition: Definition;
  /** The execution's own ARN, as the machine's context says it. */
  executionArn?: string;
  input: unknown;
  clock: VirtualClock;
  /** Runs the function that a Task names. What it throws is the Task's failure, under that name. */
  invoke: (resource: string, input: unknown) => Promise<unknown>;
  /** The list from which a distributed Map reads its items. */
  itemsIn?: MachineHost['itemsIn'];
  /** Lets the time of a Wait state pass, until a Unix time in seconds. */
  wait: (until: number) => Promise<void>;
  observer: MachineObserver;
  signal?: AbortSignal;
};

const FIRST = 'arn:aws:states:us-east-1:000000000000:execution:rehearsal:1';

/** Runs a synthesized definition as Step Functions would, on a clock that jumps through its waits. */
export async function runMachine(options: MachineOptions): Promise<MachineEnd> {
  const { definition, executionArn = FIRST, input, clock, invoke, itemsIn, wait, observer, signal } = options;
  const running = startMachine(definition, asJson(input), executionArn, {
    time: onClock(clock, wait),
    async invoke(task) {
      try {
        return asJson(await invoke(task.resource, asJson(task.input)));
      } catch (error) {
        const { name, message } = error instanceof Error ? error : new Error(String(error));
        throw new StateFailure(name, message);
      }
    },
    // The longest wait that each retry could take.
    jitter: () => 1,
    observer,
    ...(itemsIn && { itemsIn }),
  });
  const stop = () => running.stop({ error: 'Aborted', cause: 'the execution was stopped' });
  if (signal?.aborted) stop();
  signal?.addEventListener('abort', stop, { once: true });
  try {
    return await running.ended;
  } finally {
    signal?.removeEventListener('abort', stop);
  }
}

/** A value as it crosses a wire: no two functions share a document. */
const asJson = (value: unknown): unknown => JSON.parse(JSON.stringify(value) ?? 'null');
