import type { Case } from './case.ts';
import { cases } from './cases.ts';
import { mayHavePoint, pointsOf } from './points.ts';
import { type Baseline, runBaseline, runPoint } from './run-point.ts';
import { type StandingEnvironment, standingEnvironment } from './standing-environment.ts';

/**
 * Which points are asked for, and which of them belong to this share: every `of`th, beginning with `index`.
 */
export type Asked = { only: string; every: number; all: boolean; index: number; of: number };

/**
 * What a share reports while it runs: how many points a case has, and the result of each of its own points.
 */
export type Told =
  | { kind: 'case'; name: string; places: number; points: number }
  | { kind: 'point'; name: string; problems: string[]; milliseconds: number };

/** Runs one share of the points, case by case, and reports each. */
export async function runShare(asked: Asked, tell: (told: Told) => void): Promise<void> {
  for (const about of cases) {
    if (!mayHavePoint(about, asked.only, asked.all)) continue;
    const problems = await attempt(() => runCase(about, asked, tell));
    if (problems.length > 0) tell({ kind: 'point', name: `${about.name}/itself`, problems, milliseconds: 0 });
  }
}

async function runCase(about: Case, asked: Asked, tell: (told: Told) => void): Promise<string[]> {
  let ready = await prepared(about);
  try {
    const { places } = ready.baseline;
    const points = pointsOf(about, places, asked.all)
      .filter(({ name }) => name.includes(asked.only))
      .filter((_, i) => i % asked.every === 0);
    tell({ kind: 'case', name: about.name, places: places.passing.length, points: points.length });
    for (const [i, point] of points.entries()) {
      if (i % asked.of !== asked.index) continue;
      const begun = performance.now();
      const problems = await attempt(() => runPoint(ready.standing, about, ready.baseline, point));
      tell({ kind: 'point', name: point.name, problems, milliseconds: performance.now() - begun });
      if (problems.length === 0) continue;
      // This environment may be broken, so the next point gets a new one.
      await ready.standing.close();
      ready = await prepared(about);
    }
    return [];
  } finally {
    await ready.standing.close();
  }
}

async function prepared(about: Case): Promise<{ standing: StandingEnvironment; baseline: Baseline }> {
  const standing = await standingEnvironment(about);
  try {
    return { standing, baseline: await runBaseline(standing, about) };
  } catch (error) {
    await standing.close();
    throw error;
  }
}

/** Counts an error of the simulation as a problem of the point, or of the case, in which it occurred. */
const attempt = (run: () => Promise<string[]>): Promise<string[]> =>
  run().catch((error: unknown) => [`it broke: ${error}`]);
