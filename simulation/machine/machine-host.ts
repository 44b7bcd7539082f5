/** The time that an execution lives in. */
export type MachineTime = {
  /** Unix milliseconds. */
  now(): number;
  /** Lets time pass until an instant, for a Wait state or before another attempt. */
  pass(until: number, why: 'wait' | 'retry'): Promise<void>;
  /** Acts at an instant, unless it is called off before. */
  at(time: number, act: () => void): CallOff;
  /** Acts when a function has been at work for so long, unless it is called off before. */
  guard(milliseconds: number, act: () => void): CallOff;
};

type CallOff = () => void;

/** Told of everything that an execution does, as it happens. */
export interface MachineObserver {
  entered(state: string): void;
  done(task: string, input: unknown, result: unknown): void;
  failed(task: string, input: unknown, error: Error, again: boolean): void;
}

/** What an execution runs in. */
export type MachineHost = {
  time: MachineTime;
  /** Runs the function that a Task names; a {@link StateFailure} is what Retry and Catch match, anything else a bug. */
  invoke(task: { state: string; resource: string; input: unknown }): Promise<unknown>;
  /** A number from 0 to 1 for the jitter of one retry. */
  jitter(state: string): number;
  observer?: MachineObserver;
};
