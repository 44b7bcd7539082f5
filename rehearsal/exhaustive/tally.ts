import type { Told } from './share.ts';

/** What came of all points so far. */
export type Summary = {
  points: number;
  done: number;
  cases: Record<string, { places: number; points: number }>;
  failed: { name: string; problems: string[] }[];
  /** The points that took longest, in milliseconds. */
  slowest: { name: string; milliseconds: number }[];
  seconds: number;
};

/** Gathers what the shares tell. */
export function createTally() {
  const begun = performance.now();
  const cases: Summary['cases'] = {};
  const failed: Summary['failed'] = [];
  const times: Summary['slowest'] = [];
  const known = () => Object.values(cases).reduce((total, { points }) => total + points, 0);
  return {
    hear(told: Told): void {
      // Every share counts the same points of a case.
      if (told.kind === 'case') cases[told.name] = { places: told.places, points: told.points };
      else {
        times.push({ name: told.name, milliseconds: Math.round(told.milliseconds) });
        if (told.problems.length > 0) failed.push({ name: told.name, problems: told.problems });
      }
    },
    summary: (): Summary => ({
      points: known(),
      done: times.length,
      cases,
      failed: [...failed].sort((a, b) => a.name.localeCompare(b.name)),
      slowest: [...times].sort((a, b) => b.milliseconds - a.milliseconds).slice(0, 5),
      seconds: Math.round((performance.now() - begun) / 1000),
    }),
  };
}
