import { instant } from '../lambdas/domain/instant.ts';
import type { Tell } from '../simulation/log/progress.ts';
import type { VirtualClock } from '../simulation/time/virtual-clock.ts';
import type { ExecutionRun } from './execution/run-execution.ts';
import { haltOf, outcomeOf } from './outcome.ts';
import type { Report } from './report.ts';

const DAY = 86_400;

/** The most sweeps that are run. After so many, another one would not achieve more. */
const MOST = 6;

/**
 * Runs the daily sweeps on what is left. Ends when a sweep finds nothing to do, or when no sweep is needed.
 */
export async function sweepUp(
  { clock, tell, isSettled = () => false }: { clock: VirtualClock; tell: Tell; isSettled?: () => boolean },
  runExecution: (execution: string) => Promise<ExecutionRun>,
): Promise<ExecutionRun[]> {
  const sweeps: ExecutionRun[] = [];
  while (sweeps.length < MOST && !isSettled() && !sweeps.some(foundNothing)) {
    clock.advanceTo(clock.now() + DAY);
    const run = sweeps.length + 1;
    tell({ kind: 'sweeping', run, now: instant(clock.milliseconds() / 1000) });
    sweeps.push(await runExecution(`sweep-${run}`));
  }
  return sweeps;
}

/**
 * The result of the sweeps: what they did, when the last one found nothing left. Otherwise, how the last one
 * ended.
 */
export function recoveryOf(sweeps: readonly ExecutionRun[]): NonNullable<Report['recovery']> {
  const runs = sweeps.length;
  const outcomes = sweeps.map(outcomeOf);
  const last = sweeps.at(-1);
  const blocked = last?.record.plan?.blocked ?? [];
  if (!last || !foundNothing(last)) {
    const cause = `the sweeps did not come to an end: ${outcomes.join(', ')}`;
    return {
      runs,
      outcome: 'halted',
      halt: (last && haltOf(last)) ?? { error: 'Unfinished', cause },
      blocked,
    };
  }
  const outcome =
    outcomeOf(last) === 'blocked' ? 'blocked' : outcomes.includes('rotated') ? 'rotated' : 'idle';
  return { runs, outcome, halt: null, blocked };
}

const foundNothing = ({ end, record }: ExecutionRun): boolean =>
  (end.error === null || end.error === 'Blocked') && record.plan?.decision !== 'rotate';
