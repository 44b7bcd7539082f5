import { chanceAt } from '../../simulation/chance/chance.ts';
import type { Scenario } from '../../simulation/organizations/scenario.ts';
import type { StopOf } from './stopped-between.ts';

/**
 * Says of a task whether its function dies there: in a share of the seeds Release does at every attempt of the first run that halts, so that
 * run ends FAILED, and nobody has set a schedule for it or freed its lease.
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
