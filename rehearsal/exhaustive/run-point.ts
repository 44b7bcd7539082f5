import type { Fault } from '../faults.ts';
import { type FaultsAtWork, putToWork } from '../faults-at-work.ts';
import { violations } from '../judge.ts';
import { perform } from '../perform.ts';
import type { Outcome } from '../report.ts';
import { haltOf, judgedAgainst, outcomeOf } from '../report-of.ts';
import { recoveryOf, sweepUp } from '../sweep.ts';
import { type Aftermath, aftermathOf, badEnd, differences } from './aftermath.ts';
import type { Case } from './cases.ts';
import type { Point } from './points.ts';
import { type Place, recording } from './recorder.ts';
import type { StandingStage } from './standing-stage.ts';

/** What a run without a fault does and leaves behind: every place where a fault may strike, and the planned state. */
export type Baseline = { places: readonly Place[]; planned: Aftermath; outcome: Outcome };

/** Real milliseconds after which a point hangs. */
const HANGS_MS = 120_000;

/** Runs a case with no fault but its own, and records it. Throws when that is not well already. */
export async function runBaseline(standing: StandingStage, about: Case): Promise<Baseline> {
  const suffix = '_plain';
  const { faults, places } = recording(putToWork(outsidersOf(about, suffix)));
  const seen = await runAll(standing, about, suffix, faults);
  const problems = problemsOf(about, seen);
  if (problems.length > 0)
    throw new Error(`${about.name} is not well without any fault: ${problems.join('; ')}`);
  return { places: [...places], planned: seen.ended, outcome: outcomeOf(seen.run) };
}

/** Runs one point and says what is wrong with it: nothing, as it should be. */
export async function runPoint(
  standing: StandingStage,
  about: Case,
  { planned, outcome }: Baseline,
  { name, fault }: Point,
): Promise<string[]> {
  const suffix = `_${name.replace(/\W/g, '_')}`;
  const faults = putToWork([...outsidersOf(about, suffix), fault]);
  const seen = await runAll(standing, about, suffix, faults);
  const passes = fault.times !== 'always';
  const end = outcomeOf(seen.run);
  return [
    ...(faults.report().at(-1)?.hit === 0 ? ['the fault never struck'] : []),
    // What passes has to be ridden out.
    ...(passes && end !== outcome ? [`${end}, not ${outcome}: ${haltOf(seen.run)?.error}`] : []),
    ...problemsOf(about, seen, passes),
    ...badEnd(seen.run, seen.halfway, planned),
    ...differences(seen.ended, planned),
  ];
}

type Seen = Awaited<ReturnType<typeof runAll>>;

/** The run with its faults, the sweeps after them, and how the clients fared. */
async function runAll(standing: StandingStage, about: Case, suffix: string, faults: FaultsAtWork) {
  const { stage, clock } = standing;
  const { workloads, scene } = stage;
  const file = await standing.reset(suffix, faults);
  const signal = AbortSignal.timeout(HANGS_MS);
  const soak = async (until: number) => {
    if (until <= clock.now()) return;
    await workloads.fence();
    clock.advanceTo(until);
    await workloads.fence();
  };
  const execute = (execution: string, request: object) =>
    perform(stage, { clock, execution: execution + suffix, request, tell: () => {}, soak, signal });
  const failures = () => workloads.requests().failed;

  const before = failures();
  const anchors = about.compromised?.map((id) => id + suffix);
  const run = await execute('run', anchors ? { mode: 'emergency', anchors, reason: 'a point' } : {});
  const halfway = await aftermathOf(standing, file, suffix);
  const stopped = failures();
  await workloads.fence();
  const failedHalfway = failures() - stopped;
  faults.lift();
  const sweeps = await sweepUp({ clock, tell: () => {} }, (sweep) => execute(sweep, {}));
  const recovered = failures();
  await workloads.fence();
  return {
    run,
    sweeps,
    halfway,
    ended: await aftermathOf(standing, file, suffix),
    failed: recovered - before,
    failedHalfway,
    failedLater: failures() - recovered,
    violations: violations(scene.organization.changes, judgedAgainst(file, [run, ...sweeps])),
  };
}

function problemsOf({ outsiders }: Case, seen: Seen, passes = true): string[] {
  const { sweeps, failed, failedHalfway, failedLater, violations } = seen;
  const { halt } = recoveryOf(sweeps);
  return [
    ...violations.map(({ kind, scope, anchorIds }) => `${kind} in ${scope}: ${anchorIds.join(', ')}`),
    // An outsider may well lock clients out; nobody else may, and a run that can still act lets them in again (I10).
    ...(failed > 0 && !outsiders ? [`${failed} client requests failed`] : []),
    ...(failedHalfway > 0 && passes ? [`${failedHalfway} client requests failed after the run`] : []),
    ...(failedLater > 0 ? [`${failedLater} client requests failed after the recovery`] : []),
    ...(halt ? [`not recovered: ${halt.error}: ${halt.cause.slice(0, 300)}`] : []),
  ];
}

const outsidersOf = ({ outsiders = [] }: Case, suffix: string): Fault[] =>
  outsiders.map((one) => ({ ...one, anchor: one.anchor + suffix }));
