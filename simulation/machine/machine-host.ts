/** The time in which an execution runs. */
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

/** Gets everything that an execution does, as it happens. */
export interface MachineObserver {
  /**
   * `child` is true where the state is in an execution of a distributed Map: the
   * parent's own history does not have it.
   */
  entered(state: string, child?: boolean): void;
  done(task: string, input: unknown, result: unknown): void;
  failed(task: string, input: unknown, error: Error, again: boolean): void;
}

/** One version of an object in S3. */
export type StoredObject = { Bucket: string; Key: string; VersionId?: string };

/** A child of a distributed Map that is started twice, or started or stopped after so many milliseconds. */
export type ChildFate = { twin?: boolean; startsAfter?: number; stoppedAfter?: number };

/** The surroundings of an execution. */
export type MachineHost = {
  time: MachineTime;
  /**
   * The object from which a distributed Map reads its items. Throws a {@link
   * StateFailure} where there is none.
   */
  itemsIn?(object: StoredObject): Promise<unknown>;
  /** Milliseconds that each transition, and the start of a Map run, take; none when absent. */
  pace?: { transition: number; mapRun: number };
  /** What becomes of one execution of a distributed Map, by its ARN. Without it every child just runs. */
  fateOf?(child: string, document: unknown): ChildFate;
  /**
   * Runs the function that a Task names. Retry and Catch match a {@link
   * StateFailure}; any other error is a bug.
   */
  invoke(task: { state: string; resource: string; input: unknown }): Promise<unknown>;
  /** A number from 0 to 1 for the jitter of one retry. */
  jitter(state: string): number;
  observer?: MachineObserver;
};
