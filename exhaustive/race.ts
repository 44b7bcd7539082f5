import type { Step } from '../lib/bundle.ts';
import type { Stage } from '../rehearsal/environment.ts';
import type { Performance } from '../rehearsal/run-execution.ts';

/** One invocation at which another execution starts: it ends before the step goes on, or runs beside it. */
export type Race = { step: Step; nth: number; how: 'before' | 'beside' };

/** A stage on which another execution starts at one invocation; `other` is how that one ended. */
export function withRace(
  stage: Stage,
  { step, nth, how }: Race,
  start: () => Promise<Performance>,
): { stage: Stage; other: () => Promise<Performance | undefined> } {
  let seen = 0;
  let other: Promise<Performance> | undefined;
  return {
    other: async () => other,
    stage: {
      ...stage,
      async invoke(resource, input) {
        if (stage.stepOf(resource) === step && ++seen === nth) {
          other = start();
          if (how === 'before') await other;
        }
        return stage.invoke(resource, input);
      },
    },
  };
}
