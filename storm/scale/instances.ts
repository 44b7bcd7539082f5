import { StateFailure } from '../../simulation/machine/state-failure.ts';
import type { Timeline } from '../../simulation/time/timeline.ts';

/** One run of a function. After its timeout it is dead, and none of its calls has an effect any more. */
export type Invoked = { dead: boolean };

type Functions = {
  timeline: Timeline;
  /** Milliseconds until an instance begins: `warm` always, and `cold` in addition when it is new. */
  latencies: { warm: number; cold: number };
  /** Seconds that each step may take. */
  timeouts: Readonly<Record<string, number>>;
  run: (step: string, input: unknown, invoked: Invoked) => Promise<unknown>;
};

/** Functions whose instances start cold once, are warm when they are free again, and end at their timeout. */
export function createInstances({ timeline, latencies, timeouts, run }: Functions) {
  const free = new Map<string, number>();
  const answer = async (step: string, input: unknown, invoked: Invoked): Promise<unknown> => {
    try {
      return JSON.parse(JSON.stringify(await run(step, JSON.parse(JSON.stringify(input)), invoked)));
    } catch (error) {
      const { name, message } = error as Error;
      throw new StateFailure(name, JSON.stringify({ errorType: name, errorMessage: message }));
    }
  };
  return async (step: string, input: unknown): Promise<unknown> => {
    const waiting = free.get(step) ?? 0;
    if (waiting > 0) free.set(step, waiting - 1);
    await timeline.sleep(waiting > 0 ? latencies.warm : latencies.warm + latencies.cold);
    const invoked: Invoked = { dead: false };
    const seconds = timeouts[step] ?? Number.POSITIVE_INFINITY;
    return new Promise((resolve, reject) => {
      const callOff = timeline.at(timeline.now() + 1_000 * seconds, () => {
        invoked.dead = true;
        reject(new StateFailure('Sandbox.Timedout', `Task timed out after ${seconds} seconds`));
      });
      void answer(step, input, invoked)
        .then(resolve, reject)
        .finally(() => {
          callOff();
          free.set(step, (free.get(step) ?? 0) + 1);
        });
    });
  };
}
