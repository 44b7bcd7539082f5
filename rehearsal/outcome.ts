import { causeOf } from '../lambdas/domain/cause.ts';
import type { Outcome } from '../simulation/log/progress.ts';
import type { ExecutionRun } from './execution/run-execution.ts';
import type { Halt } from './report.ts';

/** How an execution ended, in the words of a report. */
export function outcomeOf({ end: { error }, record }: ExecutionRun): Outcome {
  const { plan } = record;
  // A run that rotated what it could still ends red for what it had to leave (I13).
  if (error === 'Blocked') return plan?.decision === 'rotate' ? 'rotated' : 'blocked';
  if (error !== null) return 'halted';
  if (plan?.decision === 'blocked') return 'blocked';
  // When each scope goes by its own listing, a plan to rotate may find nothing to do in any scope.
  return plan?.decision === 'rotate' && record.outcome !== 'idle' ? 'rotated' : 'idle';
}

/** Why an execution halted, or null when it did not. */
export const haltOf = (run: ExecutionRun): Halt | null =>
  outcomeOf(run) === 'halted' ? { error: run.end.error ?? '', cause: causeOf(run.end.cause) } : null;
