import type { State } from '../../lib/definition.ts';
import type { VirtualClock } from '../time/virtual-clock.ts';

/** One entry of a Retry, with the defaults of Step Functions where it says nothing. */
export type Retrier = {
  ErrorEquals: string[];
  IntervalSeconds?: number;
  MaxAttempts?: number;
  BackoffRate?: number;
  MaxDelaySeconds?: number;
};

/**
 * Counts one Task's attempts as Step Functions does, and moves the clock by the longest wait that each retry could
 * take, since the engine is told to retry at once.
 */
export function createRetryClock(state: State, clock: VirtualClock) {
  const retriers = (state.Retry ?? []) as Retrier[];
  // Iterations of a Map share the state, so the input tells whose attempts these are.
  const attempts = new Map<string, number[]>();
  return {
    succeeded(input: unknown): void {
      attempts.delete(JSON.stringify(input));
    },
    /** Notes a failure, and says whether it will be tried again. */
    failed(input: unknown, errorName: string): boolean {
      const index = retriers.findIndex(({ ErrorEquals }) =>
        ErrorEquals.some(
          (name) => name === errorName || name === 'States.ALL' || name === 'States.TaskFailed',
        ),
      );
      const retrier = retriers[index];
      if (!retrier) return false;
      const key = JSON.stringify(input);
      const counts = attempts.get(key) ?? retriers.map(() => 0);
      attempts.set(key, counts);
      const attempt = counts[index] ?? 0;
      counts[index] = attempt + 1;
      if (attempt >= (retrier.MaxAttempts ?? 3)) return false;
      clock.advanceTo(clock.now() + delayOf(retrier, attempt));
      return true;
    },
  };
}

/** The longest wait, in seconds, before the retry that follows `attempt` others. */
export const delayOf = (
  { IntervalSeconds = 1, BackoffRate = 2, MaxDelaySeconds }: Retrier,
  attempt: number,
): number => Math.min(IntervalSeconds * BackoffRate ** attempt, MaxDelaySeconds ?? Number.POSITIVE_INFINITY);
