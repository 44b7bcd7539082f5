import type { Step } from '../lib/bundle.ts';
import type { Stage } from '../rehearsal/environment.ts';
import type { Performance } from '../rehearsal/run-execution.ts';

/** Runs an execution until it comes to a step: there somebody stops it, and not even its lease is given back. */
export function stoppedAt(
  stage: Stage,
  step: Step,
  run: (on: Stage, signal: AbortSignal) => Promise<Performance>,
): Promise<Performance> {
  const stopping = new AbortController();
  const on: Stage = {
    ...stage,
    async invoke(resource, input) {
      if (stage.stepOf(resource) === step) stopping.abort();
      // It has been asked for, and will never be answered to anybody.
      return stopping.signal.aborted ? null : stage.invoke(resource, input);
    },
  };
  return run(on, stopping.signal);
}
