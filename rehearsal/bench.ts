import { parseArgs } from 'node:util';
import { benchBundles } from './bench/bundles.ts';
import { repeated, runNode, spread } from './bench/measure.ts';
import { benchPlanning } from './bench/planning.ts';
import { builtinInventory } from './builtin.ts';
import type { Report } from './report.ts';

const HELP = `npm run bench [-- --rounds N]

Prints the figures as JSON: medians of N rounds (3 unless told), with the extremes, from this machine as it is now.
Compare ratios from one run; another machine, or another hour, has other numbers.`;

const { values } = parseArgs({
  options: { rounds: { type: 'string', default: '3' }, help: { type: 'boolean' } },
});
if (values.help) console.log(HELP);
else await bench(Number(values.rounds));

async function bench(rounds: number): Promise<void> {
  if (!Number.isInteger(rounds) || rounds < 1) {
    console.error(`--rounds ${values.rounds} is not a number of rounds such as 3`);
    process.exitCode = 2;
    return;
  }
  const say = (what: string) => console.error(`… ${what}`);
  say('planning');
  const planning = benchPlanning(rounds * 5);
  say('bundles');
  const bundles = await benchBundles(rounds * 3);
  say(`${rounds} built-in rehearsals`);
  const rehearsal = await benchRehearsal(rounds);
  console.log(JSON.stringify({ rehearsal, planning, bundles }, null, 2));
}

/** The whole command as a user runs it. */
async function benchRehearsal(rounds: number) {
  const runs = await repeated(rounds, () => runNode(['bin/windlass.ts', 'rehearse', '--json', '-']));
  const reports = runs.map(({ stdout }) => JSON.parse(stdout) as Report);
  return {
    seconds: spread(
      runs.map(({ milliseconds }) => milliseconds / 1000),
      1,
    ),
    peakMegabytes: spread(runs.map(({ peakMegabytes }) => peakMegabytes)),
    requestsSent: spread(reports.map(({ requests }) => requests.sent)),
    requestsFailed: Math.max(...reports.map(({ requests }) => requests.failed)),
    violations: reports.map(({ violations }) => violations),
    apiCallsPerScope: reports.map(callsPerScope)[0],
  };
}

/**
 * API calls for each scope rotated, probes aside. What Plan reads, whatever is rotated afterwards, stands apart: one
 * listing for each scope of the organization, the projects, and the content of the anchors concerned.
 */
function callsPerScope({ calls, scopes }: Report) {
  const { projects = 0, retrieve = 0 } = calls;
  const planning = builtinInventory(0).projects.length + 1 + projects + retrieve;
  const all = Object.values(calls).reduce((total, count) => total + count, 0);
  const per = (count: number) => Math.round((count / scopes.length) * 100) / 100;
  return {
    scopes: scopes.length,
    rotating: per(all - planning),
    planningCalls: planning,
    everything: per(all),
  };
}
