import type { Clock } from '../../clock.ts';
import {
  deploymentErrors,
  type ErrorName,
  isOneOf,
  retryableErrors,
  type WindlassError,
} from '../../domain/errors.ts';
import { secondsOf } from '../../domain/instant.ts';
import type { Claim } from '../../domain/memory/lease.ts';
import { tryAfterHalt } from '../../domain/next-run/after-a-halt.ts';
import { tryAgainAt, tryBlockedAgainAt } from '../../domain/next-run/next-try.ts';
import { notInThePast } from '../../domain/next-run/soonest.ts';
import type { CarriedPlan } from '../../domain/plan-document/carried-plan.ts';
import { failingSinceOf, isByAnotherRun, type Request, type ToNext } from '../../domain/request.ts';
import type { NextRotation } from '../aws/schedule.ts';
import { scrub } from '../scrub.ts';
import type { Journal } from './journal.ts';
import type { Leases } from './lease.ts';
import { isLeftHalfDone } from './left-half-done.ts';
import { comeAfter } from './named/come-for-named.ts';
import { rememberNamed } from './named/remember-named.ts';
import { isHeld } from './superseded.ts';
import type { Verdicts } from './verdicts.ts';

type Ports = {
  leases: Leases;
  nextRotation: NextRotation;
  journal: Journal;
  verdicts: Pick<Verdicts, 'of'>;
  clock: Clock;
};
type Halt = { Error: string; Cause: string };
type Execution = { id: string; startedAt: string };

/** What a halted run has set: when the next run comes, and what that run is told. */
type Comes = { nextRotationAt?: string; toNext?: ToNext | undefined };

/**
 * Schedules another run within minutes after a halt that left something compromised, clients that may be
 * outside, or an anchor that expires before the sweep. It also does so after a run without a plan that
 * another run counted on (rule 6). What an emergency named is remembered here at the latest, so that any run
 * can take it up.
 *
 * If this fails, the run still ends red and still frees the lease, so the error is returned instead of
 * thrown. A `failure` may pass: another attempt of the step tries again, and finds the lease free.
 */
export async function comeAgain(
  ports: Ports,
  execution: Execution,
  {
    request,
    plan,
    halt,
  }: { request: Request | null; plan: CarriedPlan | undefined; halt?: Halt | undefined },
): Promise<Comes & { notScheduled?: string; failure?: WindlassError }> {
  const { leases, nextRotation, journal, clock } = ports;
  const claim: Claim = { execution: execution.id, mayBeFree: true };
  const error = halt?.Error;
  try {
    // Plan may never have run, or may have had no table (I15).
    if (!plan && request?.mode === 'emergency') await rememberNamed(ports, request, execution);
    if (error === 'Busy' && request?.mode === 'emergency') return await comeAfter(ports);
    // A run that was given an answer instead of the lease leaves the schedule as it is, unless what it named
    // is remembered as compromised.
    const isAnswered = !plan && ANSWERS.has(error) && !(await isHeld(leases, claim));
    if (isAnswered && !(await isRemembered(journal, request))) return {};
    const isUrgent =
      request?.mode === 'emergency' ||
      (await isToBeFollowed(journal, plan)) ||
      (await isLeftHalfDone(ports, execution, { plan, halt }));
    const now = clock();
    const failingSince = failingSinceOf(request, now);
    const expected = !plan && (await isExpected(leases, execution, request));
    const isStopped = error === 'Stopped';
    const again = tryAfterHalt({ plan, isExpected: expected, isStopped, failingSince }, now);
    const isAnyLeft = plan?.leftAgainAt !== undefined;
    if (!isUrgent && !isAnyLeft && again === null) return {};
    // If another run has taken the lease since, that run sets the schedule, perhaps for sooner. A run without
    // a plan may never have had the lease, so who holds it says nothing: the holder may have ended long ago,
    // or may soak for days. An emergency without a plan is always scheduled again, because its own Plan may
    // never have run.
    const isSuperseded = plan !== undefined && !(await isHeld(leases, claim));
    const mayBeAnothers = plan ? isSuperseded : request?.mode !== 'emergency';
    const since = { ...execution, token: plan?.lease?.token };
    if (mayBeAnothers && (await leases.isTakenSince(since))) return {};
    // The run that took over has died by now, and what it came for is still to be done. That does not wait
    // for anything that this run had planned.
    if (isUrgent || isSuperseded) {
      const nextRotationAt = tryAgainAt(failingSince, now);
      const othersFirst = isOthersTurn(request, plan);
      const toNext: ToNext = { failingSince, ...(othersFirst && { othersFirst }) };
      await nextRotation.set(nextRotationAt, toNext);
      return { nextRotationAt, toNext };
    }
    const left = plan?.leftAgainAt ? await leftAgainAt(journal, plan.leftAgainAt, now) : null;
    const nextRotationAt = [left, again?.at].flatMap((one) => one ?? []).toSorted()[0];
    if (nextRotationAt === undefined) return {};
    // A run that comes at its planned time does not continue the series of halts. A look that comes before
    // the next try takes its place, and hands `failingSince` on: the gaps go on growing.
    const toNext = again?.isPutOff ? { failingSince } : undefined;
    await nextRotation.set(nextRotationAt, toNext);
    return { nextRotationAt, toNext };
  } catch (error) {
    return { notScheduled: scrub(String(error)), ...(isOneOf(error, PASSING) && { failure: error }) };
  }
}

/**
 * Whether another run counted on this one: it started this one for afterwards, or this one took over from it.
 * No other run would come for that before the sweep.
 */
export const isExpected = async (
  leases: Pick<Leases, 'hasTakenOver'>,
  { id }: Pick<Execution, 'id'>,
  request: Request | null,
): Promise<boolean> => isByAnotherRun(request) || (await leases.hasTakenOver(id));

/**
 * Returns when something is tried again that was left before this run. The halt of this run makes it no
 * sooner: other runs have looked meanwhile, each later than the one before.
 */
const leftAgainAt = async (journal: Journal, planned: string, now: number): Promise<string | null> =>
  secondsOf(planned) > now
    ? notInThePast(planned, now)
    : tryBlockedAgainAt({ allowances: await journal.compromised(), now });

/** Errors that pass by themselves, or when a deployment that is at work ends. */
const PASSING = [...retryableErrors, ...deploymentErrors];

/**
 * Plan's answers that leave everything as it is: another rotation is at work, or the request names something
 * that does not exist.
 */
const ANSWERS: ReadonlySet<string | undefined> = new Set<ErrorName>([
  'Busy',
  'InvalidRequest',
  'UnknownAnchor',
  'UnknownProject',
]);

/**
 * Whether an anchor that an emergency names is remembered as compromised. The request may have been refused
 * for another part of it, or another upload may have the same key (I15).
 */
const isRemembered = async (
  journal: Pick<Journal, 'compromised'>,
  request: Request | null,
): Promise<boolean> =>
  request?.mode === 'emergency' &&
  (await journal.compromised()).some(({ anchorId }) => request.anchors.includes(anchorId));

/**
 * Whether the halted run was to cut something compromised, or was to be followed soon. Without a plan:
 * whether it may have been.
 */
const isToBeFollowed = async (journal: Journal, plan: CarriedPlan | undefined): Promise<boolean> =>
  plan
    ? plan.isPressing === true || plan.isPassedOver === true || cutsCompromised(plan)
    : (await journal.compromised()).length > 0;

/**
 * Whether the next run leaves the turn to others: this run went for something compromised. A run without a
 * plan has tried nothing, so the turn stays as it was.
 */
const isOthersTurn = (request: Request | null, plan: CarriedPlan | undefined): boolean =>
  plan ? cutsCompromised(plan) : request?.mode === 'scheduled' && request.othersFirst === true;

/** An execution of an older machine carries its scopes itself. */
const cutsCompromised = ({ cutsCompromised = false, waves }: CarriedPlan): boolean =>
  cutsCompromised ||
  waves
    .flatMap((wave) => ('scopes' in wave ? wave.scopes : []))
    .some(({ successions }) => successions.some(({ compromised }) => compromised));
