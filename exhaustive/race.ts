import type { Step } from '../lib/steps.ts';
import type { RehearsalEnvironment } from '../rehearsal/environment.ts';
import type { ExecutionRun } from '../rehearsal/execution/run-execution.ts';

/** One invocation at which another execution starts. It ends before the step goes on, or runs beside it. */
export type Race = { step: Step; nth: number; how: 'before' | 'beside' };

/**
 * Returns an environment in which another execution starts at one invocation. `other` returns how that
 * execution ended.
 */
export function withRace(
  environment: RehearsalEnvironment,
  { step, nth, how }: Race,
  start: () => Promise<ExecutionRun>,
): { environment: RehearsalEnvironment; other: () => Promise<ExecutionRun | undefined> } {
  let seen = 0;
  let other: Promise<ExecutionRun> | undefined;
  return {
    other: async () => other,
    environment: {
      ...environment,
      async invoke(resource, input) {
        if (environment.stepOf(resource) === step && ++seen === nth) {
          other = start();
          if (how === 'before') await other;
        }
        return environment.invoke(resource, input);
      },
    },
  };
}
