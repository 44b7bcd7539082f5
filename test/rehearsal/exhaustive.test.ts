import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { cases } from '../../rehearsal/exhaustive/cases.ts';
import { type Point, pointsOf } from '../../rehearsal/exhaustive/points.ts';
import { type Baseline, runBaseline, runPoint } from '../../rehearsal/exhaustive/run-point.ts';
import { type StandingStage, standingStage } from '../../rehearsal/exhaustive/standing-stage.ts';
import { callFaults } from '../../rehearsal/faults.ts';

const [project] = cases;
if (!project) throw new Error('there is no case');

/** Enough points to see that it works; `npm run exhaustive` has them all. */
const SAMPLES = 20;

describe('on the smallest organization', () => {
  let standing: StandingStage;
  let baseline: Baseline;
  let points: Point[];
  beforeAll(async () => {
    standing = await standingStage(project);
    baseline = await runBaseline(standing, project);
    points = pointsOf(project, baseline.places);
  });
  afterAll(() => standing.close());

  it('every call of every step is a place, with every fault once and always', () => {
    const ops = new Set(baseline.places.map(({ op }) => op));
    expect([...ops].sort()).toEqual(
      [
        undefined,
        'activate',
        'deactivate',
        'lease',
        'list',
        'probe',
        'retrieve',
        'schedule',
        'secret',
      ].sort(),
    );
    const calls = baseline.places.filter(({ op }) => op);
    const steps = baseline.places.length - calls.length;
    expect(points).toHaveLength(calls.length * (callFaults.length * 2 + 2) + steps * 8);
    expect(new Set(points.map(({ name }) => name)).size).toBe(points.length);
  });

  it('the planned state is one in which the successor alone is trusted, and everybody uses it', () => {
    expect(baseline.planned).toMatchObject({
      trust: { organization: [], proj_a: ['cert_new'] },
      leaves: { 'proj_a-cert_old': 'new' },
      lease: 'free',
      remembered: [],
      scheduled: true,
    });
  });

  it('a sample of the points is survived and recovered from', async () => {
    const stride = Math.floor(points.length / SAMPLES);
    const wrong: Record<string, string[]> = {};
    for (const point of points.filter((_, i) => i % stride === 0)) {
      const problems = await runPoint(standing, project, baseline, point);
      if (problems.length > 0) wrong[point.name] = problems;
    }
    expect(wrong).toEqual({});
  });

  it('a fault that never struck is no point', async () => {
    const fault = { op: 'list', nth: 999, times: 1, fault: 'reset' } as const;
    const problems = await runPoint(standing, project, baseline, { name: 'nowhere', fault });
    expect(problems).toEqual(['the fault never struck']);
  });

  it('a step that cuts before anything is proven is noticed, in the log and in what it leaves', async () => {
    const { stage } = standing;
    const careless: StandingStage = {
      ...standing,
      stage: {
        ...stage,
        async invoke(resource, input) {
          const { organization } = stage.scene;
          for (const { id } of organization.trusted('proj_a'))
            if (/Activate/.test(resource)) organization.toggle('proj_a', 'deactivate', [id]);
          return stage.invoke(resource, input);
        },
      },
    };
    const fault = { op: 'list', nth: 1, times: 1, fault: 'slow' } as const;
    const problems = await runPoint(careless, project, baseline, { name: 'careless', fault });
    expect(problems).toEqual(
      expect.arrayContaining([
        expect.stringMatching(/^lockout in proj_a/),
        expect.stringMatching(/^trust is/),
      ]),
    );
  });
});
