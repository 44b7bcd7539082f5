import { chanceAt } from '../chance/chance.ts';
import type { Scenario } from '../organizations/scenario.ts';
import type { CallFaults } from './fates.ts';

/** The first listing of a scope by the step that is to cut it. */
const ASKED = /^(?!emergency).*\/Deactivate retiring anchors\/.*#1\/list#1$/;

/**
 * Returns what becomes of a call at a time (Unix seconds), or null. In a share of the seeds somebody stops a
 * run in the console while its Deactivate asks whether it may cut. Lambda runs that function to its end,
 * minutes after EventBridge has told of the run's death.
 */
export function createStopsWhileAsking({ seed, calm }: Scenario) {
  const stops = chanceAt(seed, 'stopped while it asks').happens(0.08);
  return (address: string, now: number): Partial<CallFaults> | null => {
    if (!stops || now >= calm || !ASKED.test(address)) return null;
    const chance = chanceAt(seed, `${address} stopped while it asks`);
    return chance.happens(0.5) ? { kill: true, out: 1000 * chance.between(10, 200) } : null;
  };
}
