import type { Step } from '../lib/steps.ts';
import type { RehearsalEnvironment } from '../rehearsal/environment.ts';
import type { ExecutionRun } from '../rehearsal/execution/run-execution.ts';

/** Runs an execution until it comes to a step and stops it there. Its lease is not freed. */
export function stoppedAt(
  environment: RehearsalEnvironment,
  step: Step,
  run: (on: RehearsalEnvironment, signal: AbortSignal) => Promise<ExecutionRun>,
): Promise<ExecutionRun> {
  const stopping = new AbortController();
  const on: RehearsalEnvironment = {
    ...environment,
    async invoke(resource, input) {
      if (environment.stepOf(resource) === step) stopping.abort();
      // The step was invoked, but its answer reaches nobody.
      return stopping.signal.aborted ? null : environment.invoke(resource, input);
    },
  };
  return run(on, stopping.signal);
}
