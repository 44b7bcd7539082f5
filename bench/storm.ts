import { repeated, runNode, spread } from './measure.ts';

/** The figures of the storm's report that are used. */
type Figures = { seedsPerMinute: number; violations: Record<string, number>; unfinished: number };

const SEEDS = 2_000;

/** Measures the storm's speed on all processors, as the whole command, in seeds a minute. */
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
