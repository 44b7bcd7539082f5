import type { RehearsalEnvironment } from '../rehearsal/environment.ts';
import { type FaultsAtWork, putToWork } from '../simulation/faults/faults-at-work.ts';
import type { Interceptions } from '../simulation/served/interceptions.ts';

/** Faults that can be replaced while the environment is kept. */
export function switchboard() {
  let current = putToWork([]);
  let hooks: Interceptions = {};
  const faults: FaultsAtWork = {
    intercept: (): Required<Interceptions> => ({
      api: (call) => hooks.api?.(call),
      traffic: (call) => hooks.traffic?.(call),
      tokens: (call) => hooks.tokens?.(call),
      aws: (call) => hooks.aws?.(call),
      table: () => hooks.table?.(),
      objects: () => hooks.objects?.(),
    }),
    attach: () => {},
    around: (...invocation) => current.around(...invocation),
    skewOf: (step) => current.skewOf(step),
    lift: () => current.lift(),
    report: () => current.report(),
  };
  return {
    faults,
    switchTo(next: FaultsAtWork, { services, struck }: RehearsalEnvironment): void {
      current = next;
      hooks = next.intercept(services.organization);
      next.attach(struck);
    },
  };
}
