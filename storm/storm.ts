import { writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import { Command, CommanderError, InvalidArgumentError } from 'commander';
import type { FailureBirth } from './failure-worker.ts';
import { plantedBugs } from './planted-bugs/planted-bugs.ts';
import { reasonNotToWrite, tableOf } from './report.ts';
import { isFailed, runStorm } from './run-storm.ts';
import { synthesizedMachine } from './synthesized-machine.ts';
import { createTally } from './tally.ts';

const SHOWN_EVERY_MS = 2_000;

/**
 * `npm run storm`: deterministic simulation of many seeds. Exits with 0 when all are clean, 1 when one is
 * not, and 2 for wrong usage.
 */
const command = new Command('storm')
  .description(
    'simulates whole organizations under faults, crashes, races and outsiders, and judges every instant',
  )
  .option('--seeds <n>', 'how many seeds', whole, 2_000)
  .option('--from <seed>', 'the first seed', whole, 1)
  .option('--workers <n>', 'threads', whole, Math.min(8, availableParallelism()))
  .option('--json <file>', 'write the figures as JSON; - for standard output', writable)
  .option('--plant <bug>', 'plant a bug, to see that it is found', planted)
  .option('--history', 'with --seeds 1: print the whole story, clean or not, and leave nothing out')
  .addHelpText('after', '\nExit codes: 0 when every seed is clean, 1 when one failed, 2 on wrong usage.')
  .exitOverride();

type Options = {
  seeds: number;
  from: number;
  workers: number;
  json?: string;
  plant?: string;
  history?: boolean;
};

// Whoever reads a story may stop in the middle (`| head`); the exit code still says how it ended.
for (const stream of [process.stdout, process.stderr])
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
  });

process.exitCode = await main().catch((error) => {
  if (!(error instanceof CommanderError)) throw error;
  return error.exitCode === 0 ? 0 : 2;
});

async function main(): Promise<number> {
  const { seeds, from, workers, json, plant, history = false } = command.parse().opts<Options>();
  if (history && seeds > 1)
    command.error('error: --history tells one seed: add --seeds 1 and --from with the seed');
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
      ...(plant !== undefined && { until: isFailed }),
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
  if (history) say(await told({ seed: from, machine, plant, isWhole: true }));
  else if (first !== undefined) say(await told({ seed: first, machine, plant, isWhole: false }));
  return first === undefined ? 0 : 1;
}

/**
 * Returns a seed's story, made on a thread of its own: a bug may have to be planted before the product is
 * loaded.
 */
function told(birth: FailureBirth): Promise<string> {
  return new Promise((done, fail) => {
    const thread = new Worker(new URL('./failure-worker.ts', import.meta.url), { workerData: birth });
    thread.once('message', done);
    thread.once('error', fail);
  });
}

function planted(name: string): string {
  if (Object.hasOwn(plantedBugs, name)) return name;
  throw new InvalidArgumentError(`no bug ${name}; there are ${Object.keys(plantedBugs).join(', ')}.`);
}

function writable(file: string): string {
  const reason = file === '-' ? null : reasonNotToWrite(file);
  if (reason === null) return file;
  throw new InvalidArgumentError(`cannot write ${file}: ${reason}.`);
}

function whole(text: string): number {
  const value = Number(text);
  if (Number.isSafeInteger(value) && value >= 1) return value;
  throw new InvalidArgumentError('expected a whole number from 1 on.');
}
