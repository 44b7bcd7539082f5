import { Command, InvalidArgumentError } from 'commander';
import { jsonOf } from '../bin/terminal/json.ts';
import { exitCodeOf, whole } from '../bin/terminal/runner-command.ts';
import { benchBundles } from './bundles.ts';
import { benchCost } from './cost.ts';
import { benchEmergency } from './emergency.ts';
import { benchLargeRehearsal } from './large-rehearsal.ts';
import { benchPlanning } from './planning.ts';
import { benchRehearsal } from './rehearsal.ts';
import { benchLargest, benchScale } from './scale.ts';
import { benchStorm } from './storm.ts';
import { benchTests } from './tests.ts';

/** What is measured, in this order. Each part is given the number of rounds. */
const parts: Record<string, (rounds: number) => unknown> = {
  rehearsal: benchRehearsal,
  'large-rehearsal': benchLargeRehearsal,
  planning: (rounds) => benchPlanning(rounds * 5),
  bundles: (rounds) => benchBundles(rounds * 3),
  emergency: benchEmergency,
  scale: benchScale,
  cost: benchCost,
  storm: benchStorm,
  tests: benchTests,
  largest: benchLargest,
};

/** All parts but the one that takes a quarter of an hour by itself. That one has to be named. */
const usual = Object.keys(parts).filter((part) => part !== 'largest');

const MORE = `
Prints the figures as JSON: medians of N rounds, with the extremes, from this machine as it is now.
Compare ratios from one run; another machine, or another hour, has other numbers. It takes about thirteen minutes, of which 'scale' takes four, 'large-rehearsal' three, and 'cost' one.
'largest' (ten thousand projects in virtual time) is measured where it is named: a quarter of an hour, and two gigabytes of memory.

Exit codes:
  0  all was measured
  2  usage: nothing was measured`;

/** `npm run bench`. */
const command = new Command('bench')
  .description('measures what Windlass promises about speed and size')
  .option('--rounds <n>', 'how often each is measured', whole, 3)
  .option('--only <parts>', `only these parts: ${Object.keys(parts).join(', ')}`, known, usual)
  .addHelpText('after', MORE);

process.exitCode = await exitCodeOf(command, bench);

async function bench(): Promise<number> {
  const { rounds, only } = command.opts<{ rounds: number; only: string[] }>();
  const figures: Record<string, unknown> = {};
  for (const [part, measure] of Object.entries(parts)) {
    if (!only.includes(part)) continue;
    console.error(`… ${part}`);
    figures[part] = await measure(rounds);
  }
  process.stdout.write(jsonOf(figures));
  return 0;
}

function known(text: string): string[] {
  const asked = text.split(',');
  const unknown = asked.filter((part) => !Object.hasOwn(parts, part));
  if (unknown.length === 0) return asked;
  throw new InvalidArgumentError(`${unknown} is not one of ${Object.keys(parts).join(', ')}.`);
}
