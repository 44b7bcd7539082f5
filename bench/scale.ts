import type { WireCall } from '../simulation/in-process/wire.ts';
import { type LargeRun, type Ran, runAtScale } from '../storm/scale/run-at-scale.ts';
import { type Synthesized, synthesizedMachine } from '../storm/synthesized-machine.ts';
import { AT_ONCE, boundOf, LATENCIES, pathOfOneScope } from './bound.ts';

export const EMERGENCY = { mode: 'emergency', anchors: ['cert_acme0'], reason: 'its key leaked' };

/** Measures large emergencies and rotations, in virtual time. */
export async function benchScale() {
  const machine = await synthesizedMachine();
  const run = (about: Partial<LargeRun> & { projects: number }) =>
    runAtScale(machine, { latencies: LATENCIES, request: EMERGENCY, ...about });
  const thousand = await run({ projects: 1_000 });
  const [half, twice] = [await run({ projects: 500 }), await run({ projects: 2_000 })];
  return {
    latenciesMs: LATENCIES,
    criticalPathOfOneScopeMs: pathOfOneScope,
    emergency: figuresOf(1_000, thousand),
    inTheOrganizationAlone: figuresOf(1_000, await run({ projects: 1_000, activeIn: 'organization' })),
    // Five calls for each scope, in a loop that proves, moves, journals and confirms nothing.
    againstALoop: {
      oneAfterTheOther: ratio(5 * LATENCIES.api * 1_001, thousand.makespan),
      fortyAtOnce: ratio(thousand.makespan, (5 * LATENCIES.api * 1_001) / AT_ONCE),
    },
    growth: {
      from500to1000: ratio(thousand.makespan - half.makespan, 500),
      from1000to2000: ratio(twice.makespan - thousand.makespan, 1_000),
    },
    atSixHundredCallsAMinute: underLimit(600, await run({ projects: 1_000, perMinute: 600 })),
    oneInAHundredBroken: await brokenInSixWays(machine, thousand),
    scheduled: await scheduled(run, 1_000),
  };
}

/**
 * The same with up to ten thousand projects: how an emergency's time grows, and whether a scheduled rotation
 * still has one soak.
 */
export async function benchLargest() {
  const machine = await synthesizedMachine();
  const run = (about: Partial<LargeRun> & { projects: number }) =>
    runAtScale(machine, { latencies: LATENCIES, request: EMERGENCY, ...about });
  const [thousand, half, whole] = [
    await run({ projects: 1_000 }),
    await run({ projects: 5_000 }),
    await run({ projects: 10_000 }),
  ];
  return {
    emergency: figuresOf(10_000, whole),
    growth: {
      from1000to5000: ratio(half.makespan - thousand.makespan, 4_000),
      from5000to10000: ratio(whole.makespan - half.makespan, 5_000),
    },
    scheduled: await scheduled(run, 10_000),
  };
}

/** Shows that no scope fails because of a 429 alone, and that the limit is fully used (F12). */
function underLimit(perMinute: number, ran: Ran) {
  const { limited, makespan, error, cuts } = ran;
  return {
    ...{ ended: error ?? 'well', scopesCut: cuts.size, makespanMs: Math.round(makespan) },
    ofWhatTheLimitAllows: ratio(apiCallsOf(ran), (perMinute * makespan) / 60_000),
    refusedForComingTooOften: limited.refused,
  };
}

const apiCallsOf = ({ calls: { probe: _, retrieve: __, ...others } }: Ran): number =>
  Object.values(others).reduce((sum, count) => sum + count, 0);

function figuresOf(projects: number, ran: Ran) {
  const { error, makespan, cuts, calls, transitions } = ran;
  const times = [...cuts.values()].toSorted((a, b) => a - b);
  const scopes = Math.max(1, times.length);
  const { probe = 0, retrieve = 0 } = calls;
  return {
    ...{ projects, ended: error ?? 'well', makespanMs: makespan, boundMs: boundOf(scopes) },
    makespanToBound: ratio(makespan, boundOf(scopes)),
    ...{ firstCutMs: times[0] ?? null, lastCutMs: times.at(-1) ?? null, scopesCut: times.length },
    apiCallsPerScope: ratio(apiCallsOf(ran), scopes),
    contentReadsPerScope: ratio(retrieve, scopes),
    probesPerScope: ratio(probe, scopes),
    parentTransitions: transitions,
  };
}

const ratio = (a: number, b: number): number => Math.round((100 * a) / b) / 100;

/** What keeps failing, each in one project of a hundred. */
const BROKEN: Record<string, (call: WireCall) => boolean> = {
  list: ({ op }) => op === 'list',
  activate: ({ op }) => op === 'activate',
  deactivate: ({ op }) => op === 'deactivate',
  probe: ({ op }) => op === 'probe',
  'secret read': ({ action }) => action === 'secretsmanager:GetSecretValue',
  'secret moved': ({ action }) => action === 'secretsmanager:UpdateSecretVersionStage',
};

/**
 * Breaks one project in a hundred in each of six ways. Measures when all other projects are cut, and whether
 * the run is red for the broken ones.
 */
async function brokenInSixWays(machine: Synthesized, whole: Ran) {
  const isBroken = (call: WireCall) => {
    const [, digits] = /proj_(\d{5})/.exec(`${call.scope} ${call.about}`) ?? [];
    const breaks = digits && Object.values(BROKEN)[Number(digits) % 100];
    return breaks ? breaks(call) : false;
  };
  const projects = 1_000;
  const ran = await runAtScale(machine, {
    ...{ projects, latencies: LATENCIES, request: EMERGENCY, broken: isBroken },
  });
  const sound = [...ran.cuts].filter(([scope]) => Number(scope.slice(-2)) >= Object.keys(BROKEN).length);
  const last = Math.max(...sound.map(([, at]) => at));
  return {
    ways: Object.keys(BROKEN),
    otherProjectsCut: `${sound.length} of ${(projects * (100 - Object.keys(BROKEN).length)) / 100}`,
    lastOfThemToWholeRun: ratio(last, Math.max(...whole.cuts.values())),
    ended: ran.error,
    named: ran.cause.slice(0, 120),
  };
}

/**
 * Measures a scheduled rotation: its one soak begins when every scope is proven, and no cut comes before its
 * end.
 */
async function scheduled(
  run: (about: { projects: number; request: Record<string, unknown> }) => Promise<Ran>,
  projects: number,
) {
  const ran = await run({ projects, request: {} });
  const { makespanToBound: _, boundMs: __, ...figures } = figuresOf(projects, ran);
  const [firstCut = 0] = [...ran.cuts.values()].toSorted((a, b) => a - b);
  return { ...figures, daysBeforeTheFirstCut: ratio(firstCut, 86_400_000) };
}
