import type { Scenario } from '../../simulation/organizations/scenario.ts';
import type { StopOf } from './stopped-between.ts';

/**
 * Returns a function that says whether a task's run ends there. The first run of a story that comes to
 * confirm a cut is stopped in the console just before. `goBack` is called then: the owner of a client whose
 * calls fail goes back to the leaf before (I11). In some stories a person then ends the run that came for that
 * cut by `windlass stop`, before it has begun any scope.
 */
export function createStopsAfterACut(
  { goesBack, calm }: Scenario,
  without: ReadonlySet<string>,
  goBack: (told: NonNullable<Scenario['goesBack']>) => void,
): StopOf {
  let cutBy: string | null = null;
  let isOver = false;
  return ({ execution, step }, address, now) => {
    if (!goesBack || now >= calm || without.has(address)) return null;
    if (cutBy === null && step === 'confirm') {
      cutBy = execution;
      goBack(goesBack);
      return 'kill';
    }
    const isNext = cutBy !== null && cutBy !== execution && step === 'open-wave';
    if (!goesBack.isStopped || !isNext || isOver) return null;
    isOver = true;
    return 'stop';
  };
}
