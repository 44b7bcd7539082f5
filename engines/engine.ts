import type { RehearsalEnvironment } from '../rehearsal/environment.ts';
import type { VirtualClock } from '../simulation/time/virtual-clock.ts';

/** How an execution ended. `error` is null when it ended well. */
export type Ended = { error: string | null; cause: string };

/** One execution of an environment's machine. */
export type Asked = {
  environment: RehearsalEnvironment;
  clock: VirtualClock;
  /** Its name, unique in its environment. */
  execution: string;
  /** The machine's input. */
  request: unknown;
  /** Lets a Wait state's time pass, until a Unix time in seconds. */
  soak: (until: number) => Promise<void>;
};

/** An engine that runs a synthesized machine, with the environment's functions behind its Tasks. */
export type Engine = { name: string; run(asked: Asked): Promise<Ended>; close(): Promise<void> };
