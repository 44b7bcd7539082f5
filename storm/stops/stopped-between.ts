import type { Scenario } from '../../simulation/organizations/scenario.ts';

/** How a run ends before it can take back what it has activated: somebody stops it, or its undo dies at every attempt. */
type Stop = 'kill' | 'crash';

/** Whether a task's run ends there, by its address and the time (Unix seconds). */
export type StopOf = (
  task: { execution: string; state: string; step: string; input: unknown },
  address: string,
  now: number,
) => Stop | null;

/** Errors by which a run learns that a successor's filter refuses the clients, or lets somebody in who has to stay out (F16). */
const BY_FILTER = ['SuccessorRefused', 'TrustWidened'];

/**
 * Says of a task whether its run ends there: the first run of a story that has activated a successor, and has learnt of its filter, ends between
 * that and its undo (I11), or before it has taken that back in the other scopes (F16).
 */
export function createStops(
  { stopsBetween, stopsEverywhere, calm }: Scenario,
  without: ReadonlySet<string>,
): StopOf {
  let stopped: string | null = null;
  /** Executions in which a scope has taken back what let somebody in. */
  const widened = new Set<string>();
  return ({ execution, step, input }, address, now) => {
    if (step !== 'undo' || now >= calm || without.has(address)) return null;
    const { halt, activation, deactivation, everywhere } = Object(input);
    if (halt?.Error === 'TrustWidened' && activation) widened.add(execution);
    if (everywhere && stopsEverywhere && widened.has(execution)) {
      stopped ??= execution;
      return stopped === execution ? stopsEverywhere : null;
    }
    if (stopsBetween === undefined) return null;
    // What is taken back in all scopes of that run dies as well.
    if (everywhere) return stopped === execution ? 'crash' : null;
    if (!activation || deactivation || !BY_FILTER.includes(halt?.Error)) return null;
    stopped ??= execution;
    return stopped === execution ? stopsBetween : null;
  };
}
