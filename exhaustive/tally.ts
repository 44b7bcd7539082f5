import type { Told } from './share.ts';

/** The results of all points so far. */
export type Summary = {
  points: number;
  done: number;
  cases: Record<string, { places: number; points: number }>;
  failed: { name: string; problems: string[] }[];
  /** The points that took longest, in milliseconds. */
  slowest: { name: string; milliseconds: number }[];
  seconds: number;
};

/** Collects what the shares report. */
export function createTally() {
  const begun = performance.now();
  const cases: Summary['cases'] = {};
  const failed: Summary['failed'] = [];
  const times: Summary['slowest'] = [];
  const known = () => Object.values(cases).reduce((total, { points }) => total + points, 0);
  return {
    hear(told: Told): void {
      // Every share reports the same number of points for a case, so it is set and not added.
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

/** The progress so far, in one line. */
export function progressOf({ points, done, failed, seconds }: Summary): string {
  if (points === 0) return `… setting up, ${seconds} s`;
  const left =
    done > 0 ? `, ${Math.ceil(((points - done) * seconds) / done / 60)} min to go in the cases so far` : '';
  return `… ${done.toLocaleString('en-US')} of ${points.toLocaleString('en-US')} points, ${failed.length} failed${left}`;
}

/** What is wrong with a point. */
export const failureOf = ({ name, problems }: Summary['failed'][number]): string =>
  [`✗ ${name}`, ...problems.map((one) => `    ${one}`)].join('\n');

/** The results, case by case. */
export function reportOf({ points, cases, failed, slowest, seconds }: Summary): string {
  return [
    `${points.toLocaleString('en-US')} points in ${seconds} s, ${failed.length} failed`,
    ...Object.entries(cases).map(
      ([name, { places, points }]) =>
        `  ${name.padEnd(14)} ${points} points (${places} calls and invocations)`,
    ),
    ...slowest.map(({ name, milliseconds }) => `  slowest: ${name} ${milliseconds} ms`),
    ...failed.map(failureOf),
  ].join('\n');
}
