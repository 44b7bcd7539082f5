import type { RehearsalEnvironment } from '../rehearsal/environment.ts';
import type { VirtualClock } from '../simulation/time/virtual-clock.ts';

/** How an execution ended; `error` is null when it ended well. */
export type Ended = { error: string | null; cause: string };

/** One execution of the machine that an environment has. */
export type Asked = {
  environment: RehearsalEnvironment;
  clock: VirtualClock;
  /** Its name, which no other of the environment has. */
  execution: string;
  /** The machine's input. */
  request: unknown;
  /** Lets a Wait state's time pass, until a Unix time in seconds. */
  soak: (until: number) => Promise<void>;
};

/** Something that can run a synthesized machine, with the environment's functions behind its Tasks. */
export type Engine = { name: string; run(asked: Asked): Promise<Ended>; close(): Promise<void> };
