import { chanceAt } from '../../simulation/chance/chance.ts';
import type { Scenario } from '../../simulation/organizations/scenario.ts';

/**
 * In a share of the seeds a person asks for a run to be stopped during its overlap or its cut, so that no
 * other scope begins. Some time later the run is ended, by that person or by another who does not wait. Or
 * the person changes their mind, and the remaining scopes may begin again (I11).
 */
export function stoppedByHand(seed: number): Scenario['stopMark'] | null {
  const chance = chanceAt(seed, 'stopped by hand');
  if (!chance.happens(0.1)) return null;
  return {
    phase: chance.pick(['overlap', 'cut'] as const),
    after: chance.pick([1, 1, 2, 3]),
    seconds: chance.pick([1, 10, 120, 1_200, 10_800]),
    isOver: chance.happens(0.3),
    byAnother: chance.happens(0.4),
  };
}
