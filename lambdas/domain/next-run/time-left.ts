import { ORGANIZATION, type Scope } from '../anchor.ts';
import { type ErrorName, isOneOf, silentErrors, WindlassError } from '../errors.ts';
import { instant, secondsOf } from '../instant.ts';
import type { Phase } from '../manifest.ts';
import type { RunTime } from '../plan-document/run-time.ts';
import type { ScopePlan } from '../plan-document/scope-plan.ts';

const DAY = 86_400;

/**
 * Seconds beside its soak after which Step Functions ends a run, wherever it is. A plan may take a day of
 * them, and the last scope that begins its cut has another day to come to its end. So none is ended between
 * its cut and its confirmation.
 */
export const BESIDE_SOAK = 6 * DAY;

/**
 * Returns how long a run has for its overlap and for its cuts (I18). A client that does not answer may hold
 * its scope for three quarters of an hour, and there may be thousands of such clients. They are waited for
 * during a day, and then each scope is looked at once. After another day no scope begins any more, and what
 * is proven by then is moved, soaks and is cut. `now` in Unix seconds.
 */
export function timeOf(now: number, soakSeconds: number): RunTime {
  const until = (days: number, soaked = 0) => instant(now + days * DAY + soaked);
  return {
    overlap: { waitsUntil: until(1), beginsUntil: until(2) },
    cut: { waitsUntil: until(3, soakSeconds), beginsUntil: until(4, soakSeconds) },
  };
}

type Timed = Pick<ScopePlan, 'scope' | 'time'>;

/**
 * Throws `OutOfTime` where a scope must not begin any more: the next run takes it up. An older plan has no
 * such time.
 */
export function demandTimeToBegin({ scope, time }: Timed, phase: Phase, now: number): void {
  // One scope takes hardly any time, and without it no client that gets in by the organization could be
  // moved.
  if (isOrganizationsOverlap(scope, phase) || !time || now <= secondsOf(time[phase].beginsUntil)) return;
  throw new WindlassError(
    'OutOfTime',
    `${scope} was not begun: this run had until ${time[phase].beginsUntil} for that. The next run goes on with it`,
  );
}

/**
 * How old the look at a scope's clients may be when its anchor is cut, in seconds. The cut may be tried again
 * for an hour or two after the look, while the API does not answer.
 */
const LONGEST_SINCE_LOOK = 3 * 3_600;

/**
 * Throws `OutOfTime` where the look right before a cut is hours old. A person may redrive an execution that
 * was stopped between the two, within 14 days (Step Functions). It goes on with the cut, and clients may have
 * gone back to the retiring anchor meanwhile (I1). `lookedAt` is ISO 8601, and `now` in Unix seconds.
 */
export function demandRecentLook(scope: Scope, lookedAt: string | undefined, now: number): void {
  if (lookedAt === undefined || now - secondsOf(lookedAt) <= LONGEST_SINCE_LOOK) return;
  throw new WindlassError(
    'OutOfTime',
    `${scope} was not cut: its clients were last looked at on ${lookedAt}, and may run on something else by now. The next run looks at them again`,
  );
}

const isOrganizationsOverlap = (scope: Scope, phase: Phase): boolean =>
  scope === ORGANIZATION && phase === 'overlap';

/** Failures of a client that does not answer, or whose secret nobody can read. */
const UNANSWERED = [...silentErrors, 'SecretUnavailable'] as const satisfies ErrorName[];

/**
 * Halts that hold only their own scopes, however many these are (I17, rule 4): nobody answers there, a
 * witness waits for another scope, a client's key is of another project, the project is archived, or no time
 * was left.
 */
export const HOLDS_ITS_OWN: ReadonlySet<string> = new Set<ErrorName>([
  ...UNANSWERED,
  'WitnessUnjudged',
  'KeyOfAnotherProject',
  'UnknownProject',
  'OutOfTime',
]);

/**
 * Returns the failure of a look at a scope. Once nobody is waited for any more, a failure to answer becomes
 * `OutOfTime`, which is not tried again.
 */
export function inTime<E>(failure: E, { time }: Timed, phase: Phase, now: number): E | WindlassError {
  if (!time || now <= secondsOf(time[phase].waitsUntil) || !isOneOf(failure, UNANSWERED)) return failure;
  const { name, message } = failure;
  return new WindlassError(
    'OutOfTime',
    `${name}: ${message}; this run waits for nobody since ${time[phase].waitsUntil}`,
    { cause: failure },
  );
}
