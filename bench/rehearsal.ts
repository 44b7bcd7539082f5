import type { Report } from '../rehearsal/report.ts';
import { builtinInventory } from '../simulation/organizations/builtin.ts';
import { repeated, runNode, spread } from './measure.ts';

/**
 * Measures the built-in rehearsal as the whole command that a user runs: seconds, megabytes of the process,
 * requests, API calls.
 */
export async function benchRehearsal(rounds: number) {
  const runs = await repeated(rounds, () => runNode(['bin/windlass.js', 'rehearse', '--json', '-']));
  const reports = runs.map(({ stdout }) => JSON.parse(stdout) as Report);
  const seconds = runs.map(({ milliseconds }) => milliseconds / 1000);
  return {
    seconds: spread(seconds, 1),
    peakMegabytes: spread(runs.map(({ peakMegabytes }) => peakMegabytes)),
    requestsSent: spread(reports.map(({ requests }) => requests.sent)),
    requestsFailed: Math.max(...reports.map(({ requests }) => requests.failed)),
    violations: reports.map(({ violations }) => violations),
    apiCallsPerScope: reports.map(callsPerScope)[0],
  };
}

/**
 * API calls for each rotated scope, without probes. What Plan reads does not depend on the rotation, so it is
 * counted separately: one listing for each scope of the organization, the projects, and the content of the
 * anchors concerned.
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
