import { writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import Table from 'cli-table3';
import { Command, CommanderError, InvalidArgumentError } from 'commander';
import { type Synthesized, synthesizedMachine } from './storm/definition.ts';
import { historyOf } from './storm/history.ts';
import { plants } from './storm/plants.ts';
import { runStorm } from './storm/run-storm.ts';
import { shrink } from './storm/shrink.ts';
import { createTally, harmIn, type StormReport } from './storm/tally.ts';
import { tellSeed } from './storm/tell-seed.ts';

const SHOWN_EVERY_MS = 2_000;

/** `npm run storm`: deterministic simulation of many seeds. Exits 0 when all are clean, 1 when one is not, 2 on usage. */
const command = new Command('storm')
  .description(
    'simulates whole organizations under faults, crashes, races and outsiders, and judges every instant',
  )
  .option('--seeds <n>', 'how many seeds', whole, 2_000)
  .option('--from <seed>', 'the first seed', whole, 1)
  .option('--workers <n>', 'threads', whole, Math.min(8, availableParallelism()))
  .option('--json <file>', 'write the figures as JSON; - for standard output')
  .option('--plant <bug>', 'plant a bug, to see that it is found', planted)
  .option('--history', 'print the whole story of a single seed, clean or not')
  .exitOverride();

type Options = {
  seeds: number;
  from: number;
  workers: number;
  json?: string;
  plant?: string;
  history?: boolean;
};

process.exitCode = await main().catch((error) => {
  if (!(error instanceof CommanderError)) throw error;
  return error.exitCode === 0 ? 0 : 2;
});

async function main(): Promise<number> {
  const { seeds, from, workers, json, plant, history = false } = command.parse().opts<Options>();
  const machine = await synthesizedMachine();
  const tally = createTally(performance.now());
  const say = (text: string) => void process.stderr.write(`${text}\n`);
  const progress = setInterval(() => {
    const { seeds: told, seedsPerMinute, failingSeeds } = tally.report(performance.now());
    const failed = failingSeeds.length > 0 ? `: ${failingSeeds.slice(0, 5).join(' ')}` : '';
    say(`${told} of ${seeds} seeds, ${seedsPerMinute} a minute, ${failingSeeds.length} failed${failed}`);
  }, SHOWN_EVERY_MS);
  try {
    await runStorm({
      machine,
      from,
      seeds,
      workers: Math.min(workers, seeds),
      plant,
      untilFailure: plant !== undefined,
      onSeed: tally.add,
    });
  } finally {
    clearInterval(progress);
  }
  const report = tally.report(performance.now());
  const text = JSON.stringify(report, null, 2);
  if (json === '-') process.stdout.write(`${text}\n`);
  else {
    if (json) writeFileSync(json, `${text}\n`);
    process.stdout.write(`${tableOf(report)}\n`);
  }
  const [first] = report.failingSeeds;
  if (first !== undefined) say(await storyOf(first, machine, plant));
  else if (history && seeds === 1) {
    const { scenario, chronicle, judgement } = await tellSeed(from, machine);
    say(historyOf(scenario, chronicle, judgement.findings));
  }
  return first === undefined ? 0 : 1;
}

async function storyOf(seed: number, machine: Synthesized, plant?: string): Promise<string> {
  const bug = plant === undefined ? undefined : plants[plant];
  const { told, without, attempts } = await shrink(seed, machine, () => bug?.make());
  const { scenario, chronicle, judgement } = told;
  const replay = `seed ${seed} failed; replay it with: npm run storm -- --seeds 1 --from ${seed}`;
  const left = `the shortest story found in ${attempts} attempts (${without.size} things left out):`;
  return [replay, left, historyOf(scenario, chronicle, judgement.findings)].join('\n');
}

function tableOf(report: StormReport): string {
  const { violations, failingSeeds, unfinished, ...figures } = report;
  const rows = { ...figures, violations: harmIn(report), unfinished, ...violations };
  const table = new Table({ head: ['storm', ''], style: { head: [] } });
  table.push(...Object.entries(rows).map(([name, value]) => [name, value]));
  if (failingSeeds.length > 0) table.push(['failing seeds', failingSeeds.slice(0, 10).join(' ')]);
  return table.toString();
}

function planted(name: string): string {
  if (name in plants) return name;
  throw new InvalidArgumentError(`no bug ${name}; there are ${Object.keys(plants).join(', ')}.`);
}

function whole(text: string): number {
  const value = Number(text);
  if (Number.isSafeInteger(value) && value >= 1) return value;
  throw new InvalidArgumentError('expected a whole number from 1 on.');
}
