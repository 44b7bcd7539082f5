import { PATIENCE } from '../../lambdas/adapters/openai/admin-calls.ts';
import { waitAfter } from '../../lambdas/adapters/openai/patient-fetch.ts';
import { callBudget } from '../world/call-budget.ts';
import { WireFailure } from './wire.ts';

/** The clock and the sleep of a waiting caller, in milliseconds, and the chance that lengthens a wait. */
type Waiting = { now: () => number; sleep: (milliseconds: number) => Promise<void>; chance: () => number };

/** How often the API refused, and how long callers waited for their turn. */
export type Limited = { refused: number; waitedMs: number };

/**
 * Returns an API that takes so many calls a minute, with a client that waits for its turn as the real one
 * does. A call returns when it may be made, and fails as a 429 where the client's patience ends (F12).
 */
export function rateLimited(perMinute: number, { now, sleep, chance }: Waiting) {
  const take = callBudget(perMinute, now);
  const limited: Limited = { refused: 0, waitedMs: 0 };
  const turn = async (): Promise<void> => {
    const deadline = now() + PATIENCE;
    for (let refusals = 0; ; refusals++) {
      const seconds = take();
      if (seconds === null) return;
      limited.refused += 1;
      const wait = waitAfter(seconds, refusals, chance());
      if (now() + wait > deadline) throw new WireFailure('429');
      limited.waitedMs += wait;
      await sleep(wait);
    }
  };
  return { turn, limited };
}
