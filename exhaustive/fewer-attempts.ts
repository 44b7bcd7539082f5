import type { Definition, State } from '../lib/definition.ts';
import { delayOf, type Retrier } from '../simulation/machine/retries.ts';

/** Retries that outlast a fault that passes. A probe makes one attempt, so four failures cost four attempts of its step. */
export const PASSING = 4;

/** Retries of a fault that lasts: all of them end in the same way. */
export const LASTING = 2;

/** Retries of a function that died. */
const DEATHS = 1;

/**
 * A machine that tries again no more than `most` times, and waits as long in all. A fault that lasts is no other at the
 * twentieth attempt than at the third. The first wait is what it was, and the others grow until they come to the same
 * patience, so that leases and soaks see the same hour go by; a death waits for seconds.
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

/** The factor by which each of `count` waits grows, from 1 on, so that all of them together take `sum`. */
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
