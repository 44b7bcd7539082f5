import type { Definition, State } from '../../lib/definition.ts';
import { delayOf, type Retrier } from '../machine-retries.ts';

/** Retries after which another cannot end differently: of a call that fails, and of a function that dies. */
const [MOST, MOST_DEATHS] = [2, 1];

/**
 * A machine that tries again less often, and waits as long in all. A fault that lasts is no other at the twentieth
 * attempt than at the third; one that passes has passed by then. The first wait is what it was, and the others grow
 * until they come to the same patience, so that leases and soaks see the same hour go by; a death waits for seconds.
 */
export function withFewerAttempts(definition: Definition): Definition {
  const states = Object.entries(definition.States).map(([name, state]) => [name, hurried(state)]);
  return { ...definition, States: Object.fromEntries(states) };
}

function hurried(state: State): State {
  return {
    ...state,
    ...(state.ItemProcessor && { ItemProcessor: withFewerAttempts(state.ItemProcessor) }),
    ...(Array.isArray(state.Retry) && { Retry: state.Retry.map(fewer) }),
  };
}

function fewer(retrier: Retrier): Retrier {
  const { MaxAttempts = 3, IntervalSeconds = 1, MaxDelaySeconds: _, ...rest } = retrier;
  if (retrier.ErrorEquals.includes('Runtime.ExitError')) return { ...retrier, MaxAttempts: MOST_DEATHS };
  if (MaxAttempts <= MOST) return retrier;
  const patience = sumOf(MaxAttempts, (attempt) => delayOf(retrier, attempt));
  const BackoffRate = rateFor(patience / IntervalSeconds);
  return { ...rest, MaxAttempts: MOST, IntervalSeconds, BackoffRate };
}

/** The rate at which waits, the first of which is 1, come to a sum. */
function rateFor(sum: number): number {
  let [low, high] = [1, sum];
  while (high - low > 1e-9) {
    const rate = (low + high) / 2;
    if (sumOf(MOST, (attempt) => rate ** attempt) < sum) low = rate;
    else high = rate;
  }
  return high;
}

const sumOf = (count: number, of: (index: number) => number): number =>
  Array.from({ length: count }, (_, index) => of(index)).reduce((total, one) => total + one, 0);
