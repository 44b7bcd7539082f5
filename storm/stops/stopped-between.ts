import type { Scenario } from '../../simulation/organizations/scenario.ts';

/**
 * How a run ends there: a person stops it in the console, or by `windlass stop` when no scope is at work, or
 * that step dies at every attempt.
 */
type Stop = 'kill' | 'stop' | 'crash';

/** Whether a task's run ends there, given its address and the time (Unix seconds). */
export type StopOf = (
  task: { execution: string; state: string; step: string; input: unknown },
  address: string,
  now: number,
) => Stop | null;

/** Errors that tell a run that a successor's filter refuses the clients, or lets a witness in (F16). */
const BY_FILTER = ['SuccessorRefused', 'TrustWidened'];

/**
 * Returns a function that says whether a task's run ends there. It picks the first run of a story that has
 * activated a successor and learnt about its filter. That run ends before its undo (I11), or before the
 * successor is taken back in the other scopes (F16).
 */
export function createStops(
  { stopsBetween, stopsEverywhere, calm }: Scenario,
  without: ReadonlySet<string>,
): StopOf {
  let stopped: string | null = null;
  /** Executions in which a scope has taken back a successor that let a witness in. */
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
    // The undo in all scopes of that run dies as well.
    if (everywhere) return stopped === execution ? 'crash' : null;
    if (!activation || deactivation || !BY_FILTER.includes(halt?.Error)) return null;
    stopped ??= execution;
    return stopped === execution ? stopsBetween : null;
  };
}
