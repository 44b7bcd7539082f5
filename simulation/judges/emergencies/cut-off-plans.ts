import type { LoggedEvent } from '../../log/event-log.ts';

/**
 * Milliseconds. `USUAL` is longer than any call takes that is not slow. An attempt at Plan counts as cut off
 * by slow calls where they have kept it for longer than `LONG`.
 */
const [USUAL, LONG] = [10_000, 300_000];

/** The error of a run whose last attempt at a step was cut off. */
const CUT_OFF = 'Sandbox.Timedout';

/**
 * Returns a record of runs without a plan, since slow calls have kept each attempt until its time
 * was over. No event tells of that.
 */
export function createCutOffPlans() {
  /**
   * Each run's attempts at Plan: when each last made a call, and how long slow calls have kept it. An attempt
   * that came to its end was not cut off.
   */
  const byRun = new Map<string, Map<number, { at: number; kept: number }>>();
  return {
    note(event: LoggedEvent): void {
      if (!('invocation' in event)) return;
      const { at, execution, invocation } = event;
      const attempts = byRun.get(execution) ?? new Map<number, { at: number; kept: number }>();
      if (event.what === 'invoked' && event.step === 'plan')
        byRun.set(execution, attempts.set(invocation, { at, kept: 0 }));
      const attempt = attempts.get(invocation);
      if (!attempt) return;
      if (at - attempt.at > USUAL) attempt.kept += at - attempt.at;
      if (event.what === 'returned' || event.what === 'failed') attempt.kept = Number.NEGATIVE_INFINITY;
      attempt.at = at;
    },
    isCutOff({ execution, error }: LoggedEvent & { what: 'ended' }): boolean {
      const attempts = [...(byRun.get(execution)?.values() ?? [])];
      return error === CUT_OFF && attempts.length > 0 && attempts.every(({ kept }) => kept > LONG);
    },
  };
}
