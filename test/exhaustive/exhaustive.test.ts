import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { cases } from '../../exhaustive/cases.ts';
import { type Point, pointsOf } from '../../exhaustive/points.ts';
import { type Baseline, runBaseline, runPoint } from '../../exhaustive/run-point.ts';
import { type StandingEnvironment, standingEnvironment } from '../../exhaustive/standing-environment.ts';
import { callFaults } from '../../simulation/world/fault-kinds.ts';

const [project] = cases;
if (!project) throw new Error('there is no case');

/** Enough points to see that it works. `npm run exhaustive` has them all. */
const SAMPLES = 20;

describe('on the smallest organization', () => {
  let standing: StandingEnvironment;
  let baseline: Baseline;
  let points: Point[];
  beforeAll(async () => {
    standing = await standingEnvironment(project);
    baseline = await runBaseline(standing, project);
    points = pointsOf(project, baseline.places);
  });
  afterAll(() => standing.close());

  it('every call of every step is a place, with every fault once and always', () => {
    const ops = new Set(baseline.places.passing.map(({ op }) => op));
    expect([...ops].sort()).toEqual(
      [
        undefined,
        'activate',
        'deactivate',
        'event',
        'lease',
        'list',
        'manifest',
        'probe',
        'retrieve',
        'schedule',
        'secret',
      ].sort(),
    );
    const calls = baseline.places.passing.filter(({ op }) => op);
    const steps = baseline.places.passing.length - calls.length;
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

  it('a probe that fails four times in a row is ridden out', async () => {
    const point = points.find(({ name }) => name === 'project/verify#1/probe#2/lost-reply/4');
    expect(point && (await runPoint(standing, project, baseline, point))).toEqual([]);
  });

  it('a fault that never struck is no point', async () => {
    const fault = { op: 'list', nth: 999, times: 1, fault: 'reset' } as const;
    const problems = await runPoint(standing, project, baseline, { name: 'nowhere', fault });
    expect(problems).toEqual(['the fault never struck']);
  });

  it('a step that cuts before anything is proven is noticed, in the log and in what it leaves', async () => {
    const { environment } = standing;
    const careless: StandingEnvironment = {
      ...standing,
      environment: {
        ...environment,
        async invoke(resource, input) {
          const { organization } = environment.services;
          for (const { id } of organization.trusted('proj_a').project)
            if (/Activate/.test(resource)) organization.toggle('proj_a', 'deactivate', [id]);
          return environment.invoke(resource, input);
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

/**
 * The steps that open a wave and begin and conclude a scope. They are points of their own and no words of the
 * sentence.
 */
const PLUMBING = /^(open-wave|begin-scope|conclude-scope)/;

describe('the other cases', () => {
  /** Returns the outcome of a case's run without a fault, and its invocations in order. */
  async function plain(name: string) {
    const about = cases.find((one) => one.name === name);
    if (!about) throw new Error(`there is no case ${name}`);
    const standing = await standingEnvironment(about);
    try {
      const { places, planned, outcome } = await runBaseline(standing, about);
      const invoked = places.passing
        .filter(({ op }) => op === undefined)
        .map(({ invocation }) => invocation.step)
        .filter((step) => !PLUMBING.test(step));
      const points = (all: boolean) => pointsOf(about, places, all).map((point) => point.name);
      return { invoked: invoked.join(' '), calls: places.passing, places, planned, outcome, points };
    } finally {
      await standing.close();
    }
  }

  it('a cut that a stopped run left is confirmed by the next one', async () => {
    const { invoked, outcome } = await plain('resumed');
    expect(invoked).toBe(
      'plan activate verify judge promote verify deactivate confirm judge judge schedule-next release',
    );
    expect(outcome).toBe('rotated');
  });

  it('a cut that a stopped run left is undone, and the undo proven, where clients are refused', async () => {
    const { invoked, outcome, planned } = await plain('refused');
    expect(invoked).toMatch(/^plan activate (verify )+undo verify judge promote restore undo release$/);
    expect(outcome).toBe('halted');
    expect(planned.trust.proj_a).toEqual(['cert_new', 'cert_other']);
  });

  it('what lasts strikes where a run that tries less often still comes', async () => {
    const { places, points } = await plain('refused');
    expect(places.lasting.length).toBeLessThan(places.passing.length);
    const last = points(false).filter((name) => /probe.*always$/.test(name));
    expect(last.at(-1)).toContain(`/probe#${places.lasting.filter(({ op }) => op === 'probe').length}/`);
  });

  it('under listing evidence nothing is probed', async () => {
    const { calls } = await plain('listing');
    expect(calls.filter(({ op }) => op === 'probe')).toEqual([]);
  });

  it('every host is probed', async () => {
    const { calls } = await plain('hosts');
    expect(calls.filter(({ op }) => op === 'probe')).toHaveLength(2 * 7);
  });

  it('a canary is a wave of its own, struck where it differs unless all is asked for', async () => {
    const { invoked, points } = await plain('canary');
    expect(invoked).toMatch(/^plan activate verify judge activate verify judge promote/);
    const struck = points(false).map((name) => name.split('/')[1] ?? '');
    expect(new Set(struck.filter((place) => !PLUMBING.test(place)))).toEqual(
      new Set(['activate#2', 'verify#2', 'deactivate#2', 'confirm#2']),
    );
    expect(points(true)).toEqual(expect.arrayContaining(points(false)));
    expect(points(true).length).toBeGreaterThan(points(false).length);
  });
});
