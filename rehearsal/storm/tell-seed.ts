import type { Chronicle } from './chronicle.ts';
import type { Synthesized } from './definition.ts';
import type { Judgement } from './findings.ts';
import { judgeSeed } from './judge-seed.ts';
import type { Scenario } from './scenario.ts';
import { scenarioOf } from './scenario-of.ts';
import { type Plant, simulate } from './simulate-seed.ts';
import { calmer } from './weather.ts';

export type Told = { scenario: Scenario; chronicle: Chronicle; judgement: Judgement };

/** Simulates one seed, or what is left of it, and judges it. */
export async function tellSeed(
  seed: number,
  machine: Synthesized,
  { planted, without }: { planted?: Plant | undefined; without?: ReadonlySet<string> } = {},
): Promise<Told> {
  const scenario = calmer(scenarioOf(seed), without);
  const chronicle = await simulate(scenario, {
    machine,
    ...(planted && { planted }),
    ...(without && { without }),
  });
  return { scenario, chronicle, judgement: judgeSeed(scenario, chronicle) };
}

/** What a seed adds to the storm's figures. */
export type SeedFigures = {
  seed: number;
  kinds: string[];
  windows: number;
  races: number;
  executions: number;
  tasks: number;
  faults: number;
  changes: number;
};

export function figuresOf({ scenario, chronicle, judgement }: Told): SeedFigures {
  const count = (what: Chronicle[number]['what']) =>
    chronicle.reduce((sum, happening) => sum + (happening.what === what ? 1 : 0), 0);
  const ours = chronicle.filter(
    ({ what, ...about }) => what === 'trust' && 'by' in about && typeof about.by === 'object',
  );
  return {
    seed: scenario.seed,
    kinds: judgement.findings.map(({ kind }) => kind),
    windows: judgement.windows,
    races: judgement.races,
    executions: count('started'),
    tasks: count('invoked'),
    faults: count('fault') + count('killed'),
    changes: ours.length,
  };
}
