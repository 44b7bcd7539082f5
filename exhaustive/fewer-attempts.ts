import type { Definition, State } from '../lib/definition.ts';
import { delayOf, type Retrier } from '../simulation/machine/retries.ts';

/**
 * Retries that outlast a fault that passes. A probe makes one attempt, so four failures cost four attempts of
 * its step.
 */
export const PASSING = 4;

/** Retries for a fault that lasts, since all of them end in the same way. */
export const LASTING = 2;

/** Retries for a function that died. */
const DEATHS = 1;

/**
 * Returns a machine that retries at most `most` times and waits as long in total. For a fault that lasts, the
 * twentieth attempt shows no more than the third. The first wait stays the same, and the others grow until
 * they reach the same total, so that leases and soaks see the same hour go by. A death is retried within
 * seconds.
 */
export function withFewerAttempts(definition: Definition, most: number): Definition {
  const states = Object.entries(definition.States).map(([name, state]) => [name, hurried(state, most)]);
  return { ...definition, States: Object.fromEntries(states) };
}

function hurried(state: State, most: number): State {
  return {
    ...state,
    ...(state.ItemProcessor && { ItemProcessor: withFewerAttempts(state.ItemProcessor, most) }),
    ...(Array.isArray(state.Retry) && { Retry: state.Retry.map((retrier) => fewer(retrier, most)) }),
  };
}

function fewer(retrier: Retrier, most: number): Retrier {
  const { MaxAttempts = 3, IntervalSeconds = 1, MaxDelaySeconds: _, ...rest } = retrier;
  if (retrier.ErrorEquals.includes('Runtime.ExitError')) return { ...retrier, MaxAttempts: DEATHS };
  if (MaxAttempts <= most) return retrier;
  const patience = sumOf(MaxAttempts, (attempt) => delayOf(retrier, attempt));
  const BackoffRate = rateFor(patience / IntervalSeconds, most);
  return { ...rest, MaxAttempts: most, IntervalSeconds, BackoffRate };
}

/** The factor by which each of `count` waits grows, beginning with 1, so that they add up to `sum`. */
function rateFor(sum: number, count: number): number {
  let [low, high] = [1, sum];
  while (high - low > 1e-9) {
    const rate = (low + high) / 2;
    if (sumOf(count, (attempt) => rate ** attempt) < sum) low = rate;
    else high = rate;
  }
  return high;
}

const sumOf = (count: number, of: (index: number) => number): number =>
  Array.from({ length: count }, (_, index) => of(index)).reduce((total, one) => total + one, 0);
