import type { RehearsalEnvironment } from '../rehearsal/environment.ts';
import { type ExecutionRun, runExecution } from '../rehearsal/execution/run-execution.ts';
import type { Report } from '../rehearsal/report.ts';
import { foundIn } from '../rehearsal/report-of.ts';
import { recoveryOf, sweepUp } from '../rehearsal/sweep.ts';
import type { FaultsAtWork } from '../simulation/faults/faults-at-work.ts';
import type { ScopeFinding } from '../simulation/judges/trust/scopes.ts';
import type { VirtualClock } from '../simulation/time/virtual-clock.ts';
import { type Aftermath, aftermathOf, differences } from './aftermath.ts';
import type { Case } from './case.ts';
import { LASTING, withFewerAttempts } from './fewer-attempts.ts';
import { type Race, withRace } from './race.ts';
import type { StandingEnvironment } from './standing-environment.ts';
import { stoppedAt } from './stopped-run.ts';

/** Real milliseconds after which a point counts as hanging. */
const HANGS_MS = 120_000;

const DAY = 86_400;

/** The conditions of a case, and the planned state when it is already known. */
export type CaseConditions = {
  suffix: string;
  faults: FaultsAtWork;
  race?: Race | undefined;
  planned?: Aftermath | undefined;
  /** True when a fault strikes for ever. */
  lasts?: boolean;
};

/**
 * What was seen of a run, of an execution that takes it over, and of the sweeps after it. Counts are of
 * client requests.
 */
export type CaseRun = {
  run: ExecutionRun;
  other: ExecutionRun | undefined;
  halfway: Aftermath;
  ended: Aftermath;
  /** How the sweeps ended when they did not recover. */
  halt: Report['halt'];
  failed: number;
  failedHalfway: number;
  failedLater: number;
  violations: ScopeFinding[];
};

/** Runs a case with its faults, then the sweeps after them, and observes the clients. */
export async function runCase(
  standing: StandingEnvironment,
  about: Case,
  conditions: CaseConditions,
): Promise<CaseRun> {
  const { clock } = standing;
  const { suffix, faults, race, planned, lasts = false } = conditions;
  const environment = lasts ? hurried(standing.environment) : standing.environment;
  const { workloads, services } = environment;
  const file = await standing.reset(suffix);
  const execute = executing(environment, clock, suffix);
  const request = emergency(about.compromised, suffix);
  const failures = () => workloads.requests().failed;

  const stopped =
    about.stoppedAt &&
    (await stoppedAt(environment, about.stoppedAt, (on, by) => execute('stopped', request, on, by)));
  if (stopped) clock.advanceTo(clock.now() + DAY);
  standing.strike(faults);
  const before = failures();
  const raced =
    race && withRace(environment, race, () => execute('emergency', emergency(about.overtaken, suffix)));
  const run = await execute('run', request, raced?.environment);
  const other = await raced?.other();
  const halfway = await aftermathOf(standing, file, suffix);
  const atHalt = failures();
  await workloads.fence();
  const failedHalfway = failures() - atHalt;
  faults.lift();
  let ended = halfway;
  // A sweep in the planned state does nothing. That is known from the run without a fault, so it is skipped.
  const isSettled = () => planned !== undefined && differences(ended, planned).length === 0;
  const sweeps = await sweepUp({ clock, tell: () => {}, isSettled }, async (sweep) => {
    const swept = await execute(sweep, {});
    ended = await aftermathOf(standing, file, suffix);
    return swept;
  });
  const recovered = failures();
  if (sweeps.length > 0) await workloads.fence();
  return {
    run,
    other,
    halfway,
    ended,
    halt: isSettled() ? null : recoveryOf(sweeps).halt,
    failed: recovered - before,
    failedHalfway,
    failedLater: failures() - recovered,
    violations: foundIn(services.log.events(), file),
  };
}

const hurried = (environment: RehearsalEnvironment): RehearsalEnvironment => ({
  ...environment,
  definition: withFewerAttempts(environment.definition, LASTING),
});

/** Returns a function that runs executions. The clients send at the beginning and at the end of each soak. */
function executing(environment: RehearsalEnvironment, clock: VirtualClock, suffix: string) {
  const signal = AbortSignal.timeout(HANGS_MS);
  const soak = async (until: number) => {
    if (until <= clock.now()) return;
    await environment.workloads.fence();
    clock.advanceTo(until);
    await environment.workloads.fence();
  };
  return (
    execution: string,
    request: object,
    on: RehearsalEnvironment = environment,
    by: AbortSignal = signal,
  ) => runExecution(on, { clock, execution: execution + suffix, request, tell: () => {}, soak, signal: by });
}

/** The request of an emergency over these anchors, or of a scheduled run when there are none. */
const emergency = (anchors: readonly string[] | undefined, suffix: string): object =>
  anchors ? { mode: 'emergency', anchors: anchors.map((id) => id + suffix), reason: 'a point' } : {};
