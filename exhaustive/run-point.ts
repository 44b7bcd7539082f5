import { haltOf, outcomeOf } from '../rehearsal/outcome.ts';
import type { Fault } from '../simulation/faults/fault-file.ts';
import { putToWork } from '../simulation/faults/faults-at-work.ts';
import type { Outcome } from '../simulation/log/progress.ts';
import { type Aftermath, badEnd, differences } from './aftermath.ts';
import type { Case } from './case.ts';
import type { Places, Point } from './points.ts';
import { recording } from './recorder.ts';
import { type CaseRun, runCase } from './run-case.ts';
import type { StandingEnvironment } from './standing-environment.ts';

/**
 * What a run without a fault does and leaves behind: every place where a fault may strike, and the planned
 * state.
 */
export type Baseline = { places: Places; planned: Aftermath; outcome: Outcome };

/**
 * Runs a case with no fault but its own outsiders, and records it. Throws when something is wrong even then.
 */
export async function runBaseline(standing: StandingEnvironment, about: Case): Promise<Baseline> {
  const { seen, places: passing } = await recorded(standing, about, '_plain');
  // In a case in which an outsider locks clients out, steps are retried anyway. With lasting faults there are
  // fewer retries, so the places differ.
  const { places: lasting } = await recorded(standing, about, '_lasting', true);
  return { places: { passing, lasting }, planned: seen.ended, outcome: outcomeOf(seen.run) };
}

async function recorded(standing: StandingEnvironment, about: Case, suffix: string, lasts = false) {
  const { faults, places } = recording(putToWork(outsidersOf(about, suffix)));
  const seen = await runCase(standing, about, { suffix, faults, lasts });
  const problems = problemsOf(about, seen);
  if (problems.length > 0)
    throw new Error(`${about.name} is not well without any fault: ${problems.join('; ')}`);
  return { seen, places: [...places] };
}

/** Runs one point and returns what is wrong with it. An empty list means that all is well. */
export async function runPoint(
  standing: StandingEnvironment,
  about: Case,
  { planned, outcome }: Baseline,
  point: Point,
): Promise<string[]> {
  const suffix = `_${point.name.replace(/\W/g, '_')}`;
  const fault = 'fault' in point ? point.fault : undefined;
  const race = 'race' in point ? point.race : undefined;
  const faults = putToWork([...outsidersOf(about, suffix), ...(fault ? [fault] : [])]);
  const seen = await runCase(standing, about, {
    suffix,
    faults,
    race,
    planned,
    lasts: fault?.times === 'always',
  });
  const passes = fault?.times !== 'always';
  const end = outcomeOf(seen.run);
  return [
    ...(fault && faults.report().at(-1)?.hit === 0 ? ['the fault never struck'] : []),
    // A fault that passes must not change how the run ends.
    ...(fault && passes && end !== outcome ? [`${end}, not ${outcome}: ${haltOf(seen.run)?.error}`] : []),
    ...(race ? overtakenBadly(seen) : []),
    ...problemsOf(about, seen, passes),
    ...badEnd(seen.run, seen.halfway, planned),
    ...differences(seen.ended, planned),
  ];
}

/**
 * What is wrong when an emergency comes over a rotation. The emergency has to succeed at once, and the
 * rotation has to end as superseded unless it was already done (I12).
 */
function overtakenBadly({ run, other }: CaseRun): string[] {
  const error = haltOf(run)?.error;
  return [
    ...(other && outcomeOf(other) !== 'halted'
      ? []
      : [`the emergency: ${JSON.stringify(other && haltOf(other))}`]),
    ...(error === undefined || error === 'Superseded' ? [] : [`superseded as ${error}`]),
  ];
}

function problemsOf({ outsiders }: Case, seen: CaseRun, passes = true): string[] {
  const { halt, failed, failedHalfway, failedLater, violations } = seen;
  return [
    ...violations.map(({ kind, what }) => `${kind} in ${what}`),
    // Only an outsider may lock clients out. A run that can still act lets them in again (I10).
    ...(failed > 0 && !outsiders ? [`${failed} client requests failed`] : []),
    ...(failedHalfway > 0 && passes ? [`${failedHalfway} client requests failed after the run`] : []),
    ...(failedLater > 0 ? [`${failedLater} client requests failed after the recovery`] : []),
    ...(halt ? [`not recovered: ${halt.error}: ${halt.cause.slice(0, 300)}`] : []),
  ];
}

const outsidersOf = ({ outsiders = [] }: Case, suffix: string): Fault[] =>
  outsiders.map((one) => ({ ...one, anchor: one.anchor + suffix }));
