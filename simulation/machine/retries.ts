import type { State } from '../../lib/definition.ts';
import { type ExpressionInput, withValueAt } from './expressions.ts';
import type { MachineHost } from './machine-host.ts';
import type { Branch } from './map.ts';
import { StateFailure } from './state-failure.ts';

type Retrier = {
  ErrorEquals: string[];
  IntervalSeconds?: number;
  MaxAttempts?: number;
  BackoffRate?: number;
  MaxDelaySeconds?: number;
  JitterStrategy?: 'FULL' | 'NONE';
};
type Catcher = { ErrorEquals: string[]; ResultPath?: string; Next: string };
type Left = { document: unknown; next: string | undefined };

/** Tries a state as its TimeoutSeconds, Retry and Catch say. */
export async function attempted(
  name: string,
  state: State,
  data: ExpressionInput,
  branch: Branch,
  host: MachineHost,
  attempt: () => Promise<Left>,
): Promise<Left> {
  const retriers = (state.Retry ?? []) as Retrier[];
  const attempts = retriers.map(() => 0);
  for (;;) {
    try {
      return await branch.only(inTime(state, host, attempt()));
    } catch (error) {
      const failure = failureOf(error);
      const index = retriers.findIndex(({ ErrorEquals }) => matches(ErrorEquals, failure.name));
      const retrier = retriers[index];
      const made = attempts[index] ?? 0;
      if (!retrier || made >= (retrier.MaxAttempts ?? 3)) return caught(state, data, failure);
      attempts[index] = made + 1;
      await branch.only(
        host.timeline.sleep(delayOf(retrier, made) * jitterOf(retrier, host.jitter(name)) * 1000),
      );
      host.entered(name);
    }
  }
}

function inTime<T>({ TimeoutSeconds }: State, { timeline }: MachineHost, outcome: Promise<T>): Promise<T> {
  if (TimeoutSeconds === undefined) return outcome;
  const late = new StateFailure('States.Timeout', `no answer within ${TimeoutSeconds} s`);
  return new Promise((resolve, reject) => {
    outcome.then(resolve, reject);
    timeline.at(timeline.now() + Number(TimeoutSeconds) * 1000, () => reject(late));
  });
}

function caught(state: State, { document }: ExpressionInput, failure: StateFailure): Left {
  const catcher = ((state.Catch ?? []) as Catcher[]).find(({ ErrorEquals }) =>
    matches(ErrorEquals, failure.name),
  );
  if (!catcher) throw failure;
  const halt = { Error: failure.name, Cause: failure.message };
  const left = catcher.ResultPath ? withValueAt(catcher.ResultPath, document, halt) : halt;
  return { document: left, next: catcher.Next };
}

const matches = (names: readonly string[], name: string): boolean =>
  names.includes(name) ||
  (names.includes('States.ALL') && name !== 'States.Runtime') ||
  (names.includes('States.TaskFailed') && name !== 'States.Timeout');

const delayOf = ({ IntervalSeconds = 1, BackoffRate = 2, MaxDelaySeconds }: Retrier, made: number): number =>
  Math.min(IntervalSeconds * BackoffRate ** made, MaxDelaySeconds ?? Number.POSITIVE_INFINITY);

const jitterOf = ({ JitterStrategy }: Retrier, jitter: number): number =>
  JitterStrategy === 'FULL' ? jitter : 1;

/** A function's failure as its Cause says it; a mistake of this simulation is not an outcome. */
function failureOf(error: unknown): StateFailure {
  if (error instanceof StateFailure) return error;
  throw error;
}
