import { withResult } from './payload.ts';
import { StateFailure } from './state-failure.ts';
import type { Left, Visit } from './visit.ts';

/** One entry of a Retry. {@link delayOf} and {@link attempted} have the defaults of what it leaves out. */
export type Retrier = {
  ErrorEquals: string[];
  IntervalSeconds?: number;
  MaxAttempts?: number;
  BackoffRate?: number;
  MaxDelaySeconds?: number;
  JitterStrategy?: 'FULL' | 'NONE';
};
type Catcher = { ErrorEquals: string[]; ResultPath?: string | null; Next: string };

/**
 * Tries a state as its Retry and Catch say. `failed` hears of every failure, and
 * whether another attempt follows.
 */
export async function attempted(
  visit: Visit,
  attempt: () => Promise<Left>,
  failed: (failure: StateFailure, again: boolean) => void = () => {},
): Promise<Left> {
  const { name, state, branch, execution } = visit;
  const { time, jitter } = execution.host;
  const retriers = (state.Retry ?? []) as Retrier[];
  const attempts = retriers.map(() => 0);
  for (;;) {
    try {
      return await branch.only(attempt());
    } catch (error) {
      const failure = failureOf(error);
      // The first retrier that matches decides, even when its own attempts are spent.
      const index = retriers.findIndex(({ ErrorEquals }) => matches(ErrorEquals, failure.name));
      const retrier = retriers[index];
      const made = attempts[index] ?? 0;
      const isOver = !retrier || made >= (retrier.MaxAttempts ?? 3);
      failed(failure, !isOver);
      if (isOver) return caught(visit, failure);
      attempts[index] = made + 1;
      const delay = delayOf(retrier, made) * jitterOf(retrier, jitter(name));
      await branch.only(time.pass(time.now() + delay * 1000, 'retry'));
      execution.transitions++;
    }
  }
}

function caught({ state, document }: Visit, failure: StateFailure): Left {
  const catcher = ((state.Catch ?? []) as Catcher[]).find(({ ErrorEquals }) =>
    matches(ErrorEquals, failure.name),
  );
  if (!catcher) throw failure;
  const output = { Error: failure.name, Cause: failure.message };
  return { document: withResult(catcher.ResultPath, document, output), next: catcher.Next };
}

/**
 * Whether a list of error names matches. Nothing matches `States.Runtime`. `States.DataLimitExceeded` matches
 * only its own name, and no wildcard.
 */
function matches(names: readonly string[], name: string): boolean {
  if (name === 'States.Runtime') return false;
  if (names.includes(name)) return true;
  if (name === 'States.DataLimitExceeded') return false;
  return names.includes('States.ALL') || (names.includes('States.TaskFailed') && name !== 'States.Timeout');
}

/** The longest wait, in seconds, before the retry that follows `made` others. */
export const delayOf = (
  { IntervalSeconds = 1, BackoffRate = 2, MaxDelaySeconds }: Retrier,
  made: number,
): number => Math.min(IntervalSeconds * BackoffRate ** made, MaxDelaySeconds ?? Number.POSITIVE_INFINITY);

const jitterOf = ({ JitterStrategy }: Retrier, jitter: number): number =>
  JitterStrategy === 'FULL' ? jitter : 1;

/** A state's failure. Throws any other error on: a mistake of this simulation is not an outcome. */
function failureOf(error: unknown): StateFailure {
  if (error instanceof StateFailure) return error;
  throw error;
}
