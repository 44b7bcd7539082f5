import { violationKinds } from '../simulation/log/findings.ts';
import type { SeedFigures } from './tell-seed.ts';

/** The figures of a storm. */
export type StormReport = {
  seeds: number;
  /** Findings by kind. A kind that is missing was not found. */
  violations: Record<string, number>;
  /** Seeds after which something was left undone. */
  unfinished: number;
  failingSeeds: number[];
  seedsPerMinute: number;
  executions: number;
  steps: number;
  /** Toggle calls that changed trust. */
  changes: number;
  faults: number;
  /**
   * Changes that arrived after the lease was lost, though the step held it when it asked. That is allowed.
   */
  windows: number;
  /** Harm that an outsider caused between a step's look and its call. It does not count against the step. */
  races: number;
};

/** Adds up the figures of seeds as they come. */
export function createTally(started: number) {
  const report: StormReport = {
    ...{ seeds: 0, violations: {}, unfinished: 0, failingSeeds: [], seedsPerMinute: 0 },
    ...{ executions: 0, steps: 0, changes: 0, faults: 0, windows: 0, races: 0 },
  };
  return {
    add({ seed, kinds, tasks, ...figures }: SeedFigures): void {
      report.seeds++;
      if (kinds.length > 0) report.failingSeeds.push(seed);
      if (kinds.includes('unfinished')) report.unfinished++;
      for (const kind of kinds) report.violations[kind] = (report.violations[kind] ?? 0) + 1;
      report.steps += tasks;
      for (const key of ['executions', 'changes', 'faults', 'windows', 'races'] as const)
        report[key] += figures[key];
    },
    /** The figures so far; `now` and `started` in milliseconds. */
    report(now: number): StormReport {
      const failingSeeds = report.failingSeeds.toSorted((a, b) => a - b);
      const seedsPerMinute = Math.round((report.seeds / Math.max(1, now - started)) * 60_000);
      return { ...report, failingSeeds, seedsPerMinute };
    },
  };
}

/** The number of findings, without those that say that something was left undone. */
export const harmIn = ({ violations }: StormReport): number =>
  violationKinds.reduce((sum, kind) => sum + (kind === 'unfinished' ? 0 : (violations[kind] ?? 0)), 0);
