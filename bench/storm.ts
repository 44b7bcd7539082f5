import { repeated, runNode, spread } from './measure.ts';

/** What of the storm's report is told. */
type Figures = { seedsPerMinute: number; violations: Record<string, number>; unfinished: number };

const SEEDS = 2_000;

/** The storm's speed on all processors, the whole command, in seeds a minute. */
export async function benchStorm(rounds: number) {
  const args = ['storm/storm.ts', '--seeds', String(SEEDS), '--json', '-'];
  const reports = await repeated(rounds, async () => JSON.parse((await runNode(args)).stdout) as Figures);
  return {
    seeds: SEEDS,
    seedsPerMinute: spread(reports.map(({ seedsPerMinute }) => seedsPerMinute)),
    violations: reports[0]?.violations,
    unfinished: reports[0]?.unfinished,
  };
}
