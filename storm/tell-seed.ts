import { calmer } from '../simulation/faults/fault-rates.ts';
import { judgeSeed } from '../simulation/judges/seed.ts';
import type { EventLog } from '../simulation/log/event-log.ts';
import type { Judgement } from '../simulation/log/findings.ts';
import type { Scenario } from '../simulation/organizations/scenario.ts';
import { type Plant, simulate } from './simulate-seed.ts';
import { scenarioOf } from './story/scenario-of.ts';
import type { Synthesized } from './synthesized-machine.ts';

export type Told = { scenario: Scenario; eventLog: EventLog; judgement: Judgement };

/** Simulates one seed, or what is left of it, and judges it. */
export async function tellSeed(
  seed: number,
  machine: Synthesized,
  { planted, without }: { planted?: Plant | undefined; without?: ReadonlySet<string> } = {},
): Promise<Told> {
  const scenario = calmer(scenarioOf(seed), without);
  const eventLog = await simulate(scenario, {
    machine,
    ...(planted && { planted }),
    ...(without && { without }),
  });
  return { scenario, eventLog, judgement: judgeSeed(scenario, eventLog) };
}

/** The figures of one seed, which the storm adds up. */
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

export function figuresOf({ scenario, eventLog, judgement }: Told): SeedFigures {
  const count = (what: EventLog[number]['what']) =>
    eventLog.reduce((sum, event) => sum + (event.what === what ? 1 : 0), 0);
  const ours = eventLog.filter((event) => event.what === 'trust' && typeof event.by === 'object');
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
