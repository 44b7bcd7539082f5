import { briefHistoryOf, historyOf } from './history.ts';
import { plantedBugs } from './planted-bugs/planted-bugs.ts';
import { shrink } from './shrink.ts';
import type { Synthesized } from './synthesized-machine.ts';
import { tellSeed } from './tell-seed.ts';

/** Returns the shortest story of a failed seed that could be found, and the command that replays it. */
export async function shortestFailureOf(seed: number, machine: Synthesized, plant?: string): Promise<string> {
  const { told, without, attempts } = await shrink(seed, machine, () => bugOf(plant));
  const { scenario, eventLog, judgement } = told;
  const left = `the shortest story found in ${attempts} attempts (${without.size} things left out):`;
  return [replayOf(seed, plant), left, briefHistoryOf(scenario, eventLog, judgement.findings)].join('\n');
}

/** Returns everything that happened in one seed, whether it failed or not. */
export async function wholeSeedOf(seed: number, machine: Synthesized, plant?: string): Promise<string> {
  const { scenario, eventLog, judgement } = await tellSeed(seed, machine, { planted: bugOf(plant) });
  const story = historyOf(scenario, eventLog, judgement.findings);
  return judgement.findings.length > 0 ? [replayOf(seed, plant), story].join('\n') : story;
}

const bugOf = (plant: string | undefined) => (plant === undefined ? undefined : plantedBugs[plant]?.make());

const replayOf = (seed: number, plant: string | undefined): string =>
  `seed ${seed} failed; replay it with: npm run storm -- --seeds 1 --from ${seed}${plant ? ` --plant ${plant}` : ''}`;
