import { fork } from 'node:child_process';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { Command } from 'commander';
import { demandWritable, exitCodeOf, whole } from '../bin/terminal/runner-command.ts';
import { shown } from '../lambdas/domain/bad-fields.ts';
import { steps } from '../lib/steps.ts';
import { removeAssembliesOf } from '../rehearsal/synthesis/assemblies.ts';
import { callFaults, faultyOps, stepFaults } from '../simulation/world/fault-kinds.ts';
import { cases } from './cases.ts';
import { mayHavePoint } from './points.ts';
import type { Asked, Told } from './share.ts';
import { createTally, failureOf, progressOf, reportOf } from './tally.ts';

const caseNames = cases.map(({ name }) => name).join(', ');
const partial = cases.filter(({ differs }) => differs !== undefined).map(({ name }) => name);

const NAMES = [
  'it is like project/verify#1/probe#2/lost-reply/1, of a case, a step, a call, a fault, and how often',
  `cases: ${caseNames}`,
  `steps: ${steps.join(', ')}`,
  `calls: ${faultyOps.join(', ')}`,
  `faults: ${[...new Set([...callFaults, ...stepFaults])].join(', ')}`,
].join('; ');

const MORE = `
Runs every call of every step with every fault, once, for all attempts and always, and every step with every crash, on
the smallest organizations through the whole machine on this computer, and then the sweeps that have to recover from it.
The cases are ${caseNames}.
All of them are struck everywhere, but for ${partial.join(', ')}: these are struck where they differ from the
cases before them, with the same faults, unless --all is given.

The machine is the one that would be deployed, but that it tries less often with longer waits: a step whose calls fail
for ever is tried 3 times instead of 21 in the same hour, one whose function dies twice instead of three times. Where a run
ends in the planned state no sweep has to look.

Exit codes:
  0  every point was run, and nothing was wrong
  1  something was wrong with a point, or not all of them were run
  2  usage: nothing was run`;

/** `npm run exhaustive`. */
const command = new Command('exhaustive')
  .description('strikes every call and every step of the smallest rotations with every fault')
  .option('--json <file>', 'write the summary as JSON')
  .option('--only <text>', 'only points whose name contains it, such as project/deactivate', '')
  .option('--every <n>', 'only every nth point of each case', whole, 1)
  .option('--all', 'every place of every case, also where it is like another', false)
  .option('--processes <n>', 'how many processes share the work', whole, availableParallelism() + 1)
  .addHelpText('after', MORE);

type Options = { json?: string; only: string; every: number; all: boolean; processes: number };

process.exitCode = await exitCodeOf(command, exhaust);

async function exhaust(): Promise<number> {
  const { json, only, every, all, processes: of } = command.opts<Options>();
  const nothing = (): never => command.error(`error: no point's name contains ${shown(only)}: ${NAMES}`);
  if (!cases.some((about) => mayHavePoint(about, only, all))) nothing();
  if (json !== undefined) await demandWritable(command, json);
  const tally = createTally();
  process.once('SIGINT', () => console.error('stopped'));
  const progress = setInterval(() => console.error(progressOf(tally.summary())), 2_000);
  const hear = (told: Told): void => {
    tally.hear(told);
    // A whole run takes hours, so a failing point is printed at once.
    if (told.kind === 'point' && told.problems.length > 0) console.error(failureOf(told));
  };
  const shares = Array.from({ length: of }, (_, index) => share({ only, every, all, index, of }, hear));
  const ends = await Promise.all(shares);
  clearInterval(progress);
  const summary = tally.summary();
  const isWhole = ends.every((code) => code === 0) && summary.done === summary.points;
  if (isWhole && summary.points === 0) nothing();
  if (json !== undefined) await writeFile(json, `${JSON.stringify(summary, null, 2)}\n`);
  console.log(reportOf(summary));
  if (!isWhole) console.error(`only ${summary.done} of ${summary.points} points were run`);
  return isWhole && summary.failed.length === 0 ? 0 : 1;
}

/** Runs a share in a process of its own, and returns its exit code. */
async function share(asked: Asked, hear: (told: Told) => void): Promise<number | null> {
  const child = fork(new URL('./share-process.ts', import.meta.url), [JSON.stringify(asked)]);
  child.on('message', (told) => hear(told as Told));
  // Ctrl-C ends the child as well, so this process removes what the child leaves behind.
  const [code] = (await once(child, 'exit')) as [number | null];
  await removeAssembliesOf(child.pid ?? 0);
  return code;
}
