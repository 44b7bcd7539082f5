import type { Scenario } from '../../simulation/organizations/scenario.ts';
import type { StopOf } from './stopped-between.ts';

/**
 * Returns a function that says whether a task's run ends there. The first run of a story that comes to
 * confirm a cut is stopped by a person just before. `goBack` is called then: the owner of a client whose calls
 * fail goes back to the leaf before (I11).
 */
export function createStopsAfterACut(
  { goesBack, calm }: Scenario,
  without: ReadonlySet<string>,
  goBack: (told: NonNullable<Scenario['goesBack']>) => void,
): StopOf {
  let isOver = false;
  return ({ step }, address, now) => {
    if (!goesBack || isOver || step !== 'confirm' || now >= calm || without.has(address)) return null;
    isOver = true;
    goBack(goesBack);
    return 'kill';
  };
}
