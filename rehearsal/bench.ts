import { parseArgs } from 'node:util';
import { benchBundles } from './bench/bundles.ts';
import { benchEmergency } from './bench/emergency.ts';
import { benchPlanning } from './bench/planning.ts';
import { benchRehearsal } from './bench/rehearsal.ts';
import { benchStorm } from './bench/storm.ts';
import { benchTests } from './bench/tests.ts';

/** What is measured, in its order; each is given the number of rounds. */
const parts: Record<string, (rounds: number) => unknown> = {
  rehearsal: benchRehearsal,
  planning: (rounds) => benchPlanning(rounds * 5),
  bundles: (rounds) => benchBundles(rounds * 3),
  emergency: benchEmergency,
  storm: benchStorm,
  tests: benchTests,
};

const HELP = `npm run bench [-- --rounds N] [--only PART,PART]

Prints the figures as JSON: medians of N rounds (3 unless told), with the extremes, from this machine as it is now.
Compare ratios from one run; another machine, or another hour, has other numbers. It takes about four minutes.

  --rounds N     how often each is measured
  --only PARTS   only these parts: ${Object.keys(parts).join(', ')}`;

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '3' },
    only: { type: 'string', default: Object.keys(parts).join(',') },
    help: { type: 'boolean' },
  },
});
if (values.help) console.log(HELP);
else await bench(Number(values.rounds), values.only.split(','));

async function bench(rounds: number, only: readonly string[]): Promise<void> {
  const unknown = only.filter((part) => !(part in parts));
  if (unknown.length > 0) return refuse(`--only ${unknown} is not one of ${Object.keys(parts).join(', ')}`);
  if (!Number.isInteger(rounds) || rounds < 1)
    return refuse(`--rounds ${values.rounds} is not a number of rounds such as 3`);
  const figures: Record<string, unknown> = {};
  for (const [part, measure] of Object.entries(parts)) {
    if (!only.includes(part)) continue;
    console.error(`… ${part}`);
    figures[part] = await measure(rounds);
  }
  console.log(JSON.stringify(figures, null, 2));
}

function refuse(why: string): void {
  console.error(why);
  process.exitCode = 2;
}
