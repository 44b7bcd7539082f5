import { ORGANIZATION, type Scope } from '../anchor.ts';
import { type ErrorName, isOneOf, silentErrors, WindlassError } from '../errors.ts';
import { instant, secondsOf } from '../instant.ts';
import type { Phase } from '../manifest.ts';
import type { RunTime, ScopePlan } from '../plan-document.ts';

const DAY = 86_400;

/**
 * Seconds beside its soak after which Step Functions ends a run, wherever it is. A plan may take a day of them, and the last scope that begins its
 * cut has another to come to its end: none is ended between its cut and its confirmation.
 */
export const BESIDE_SOAK = 6 * DAY;

/**
 * How long a run has for its overlap and for its cuts (I18): a client that does not answer may hold its scope for three quarters of an hour,
 * and there may be thousands of them. For a day they are waited for, then each scope is looked at once; after another day none begins any
 * more, and what is proven by then is moved, soaks and is cut. `now` in Unix seconds.
 */
export function timeOf(now: number, soakSeconds: number): RunTime {
  const until = (days: number, soaked = 0) => instant(now + days * DAY + soaked);
  return {
    overlap: { waitsUntil: until(1), beginsUntil: until(2) },
    cut: { waitsUntil: until(3, soakSeconds), beginsUntil: until(4, soakSeconds) },
  };
}

type Timed = Pick<ScopePlan, 'scope' | 'time'>;

/** Throws `OutOfTime` where a scope is not to begin any more: the next run takes it up. An older plan knows no such time. */
export function demandTimeToBegin({ scope, time }: Timed, phase: Phase, now: number): void {
  // One scope is hardly any time, and nobody who enters by the organization could be moved without it.
  if (isOrganizationsOverlap(scope, phase) || !time || now <= secondsOf(time[phase].beginsUntil)) return;
  throw new WindlassError(
    'OutOfTime',
    `${scope} was not begun: this run had until ${time[phase].beginsUntil} for that. The next run goes on with it`,
  );
}

const isOrganizationsOverlap = (scope: Scope, phase: Phase): boolean =>
  scope === ORGANIZATION && phase === 'overlap';

/** What a client says that does not answer, or whose secret nobody can read. */
const UNANSWERED = [...silentErrors, 'SecretUnavailable'] as const satisfies ErrorName[];

/** What holds only its own scopes, however many there are (I17, rule 4): that nobody answers there, that a client's key is of another project, that it waits for another, that it is archived, or that no time was left for it. */
export const HOLDS_ITS_OWN: ReadonlySet<string> = new Set<ErrorName>([
  ...UNANSWERED,
  'WitnessUnjudged',
  'KeyOfAnotherProject',
  'UnknownProject',
  'OutOfTime',
]);

/** What a look at a scope has failed with; that nobody answers is `OutOfTime` once nobody is waited for any more: it is not tried again. */
export function inTime<E>(failure: E, { time }: Timed, phase: Phase, now: number): E | WindlassError {
  if (!time || now <= secondsOf(time[phase].waitsUntil) || !isOneOf(failure, UNANSWERED)) return failure;
  const { name, message } = failure;
  return new WindlassError(
    'OutOfTime',
    `${name}: ${message}; this run waits for nobody since ${time[phase].waitsUntil}`,
    { cause: failure },
  );
}
