import { chanceAt } from '../../simulation/chance/chance.ts';
import type { Scenario } from '../../simulation/organizations/scenario.ts';
import type { StopOf } from './stopped-between.ts';

/**
 * Returns a function that says whether a task's function dies there. In a share of the seeds, Release dies at
 * every attempt in the first run that halts. That run ends FAILED, without a schedule for the next one, and
 * with its lease still taken.
 */
export function createNeverReleased({ seed, calm }: Scenario, without: ReadonlySet<string>): StopOf {
  const isTold = chanceAt(seed, 'never released').happens(0.08);
  let unreleased: string | null = null;
  return ({ execution, state, step }, address, now) => {
    if (!isTold || step !== 'release' || !AFTER_A_HALT.has(state) || now >= calm || without.has(address))
      return null;
    unreleased ??= execution;
    return unreleased === execution ? 'crash' : null;
  };
}

const AFTER_A_HALT: ReadonlySet<string> = new Set(['Release after a halt', 'Release without a plan']);
