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
import type { CarriedPlan } from '../../domain/plan-document.ts';
import { failingSinceOf, isByAnotherRun, type Request, type ToNext } from '../../domain/request.ts';
import type { NextRotation } from '../aws/schedule.ts';
import { scrub } from '../scrub.ts';
import { comeAfter } from './come-for-named.ts';
import type { Journal } from './journal.ts';
import type { Leases } from './lease.ts';
import { isLeftHalfDone } from './left-half-done.ts';
import { rememberNamed } from './named.ts';
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

/** What a halted run has set: when the next one comes, and what that is told. */
type Comes = { nextRotationAt?: string; toNext?: ToNext | undefined };

/**
 * Schedules another run within minutes after a halt that left something compromised, clients that may be outside, or what expires before the sweep, and after one
 * without a plan that another run counted on (rule 6). What an emergency named is remembered, here at the latest, so any run takes it up. Where that cannot be done, the run ends as red as it would
 * have, and the lease has to be freed all the same; a `failure` that may pass is for another attempt, which finds the lease free.
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
    // Plan may never have run, or had no table (I15).
    if (!plan && request?.mode === 'emergency') await rememberNamed(ports, request, execution);
    if (error === 'Busy' && request?.mode === 'emergency') return await comeAfter(ports);
    // One that was given an answer in the place of the lease leaves the schedule as it is, but for what it has named all the same.
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
    // A run that never had a plan may never have had the lease, and comes again whoever has it: the holder may have ended long ago, or soak
    // for days. Whoever has taken it since sets the schedule, and may have meant to come sooner; an emergency's own Plan may never have run.
    const isSuperseded = plan !== undefined && !(await isHeld(leases, claim));
    const mayBeAnothers = plan ? isSuperseded : request?.mode !== 'emergency';
    const since = { ...execution, token: plan?.lease?.token };
    if (mayBeAnothers && (await leases.isTakenSince(since))) return {};
    // Whoever has taken over has died by now, and has left to be done what it came for: that waits for nothing that this run had planned.
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
    // What comes when it was planned to waits for no halt that goes on. A look that comes before the next try of one takes its place: gaps go on growing.
    const toNext = again?.isPutOff ? { failingSince } : undefined;
    await nextRotation.set(nextRotationAt, toNext);
    return { nextRotationAt, toNext };
  } catch (error) {
    return { notScheduled: scrub(String(error)), ...(isOneOf(error, PASSING) && { failure: error }) };
  }
}

/** Whether another run counted on this one: it was to come after that, or has taken over from it. Nobody else does so before the sweep. */
export const isExpected = async (
  leases: Pick<Leases, 'hasTakenOver'>,
  { id }: Pick<Execution, 'id'>,
  request: Request | null,
): Promise<boolean> => isByAnotherRun(request) || (await leases.hasTakenOver(id));

/** What was left before this run halted is not tried any sooner for that: others have looked meanwhile, each later than the one before. */
const leftAgainAt = async (journal: Journal, planned: string, now: number): Promise<string | null> =>
  secondsOf(planned) > now
    ? notInThePast(planned, now)
    : tryBlockedAgainAt({ allowances: await journal.compromised(), now });

/** What passes by itself, or with a deployment that is at work. */
const PASSING = [...retryableErrors, ...deploymentErrors];

/** What Plan says that has looked, and leaves everything as it is: that another is at work, or that a request names what is not there. */
const ANSWERS: ReadonlySet<string | undefined> = new Set<ErrorName>([
  'Busy',
  'InvalidRequest',
  'UnknownAnchor',
  'UnknownProject',
]);

/** Whether anything that an emergency names is compromised: it may have been refused for what it asks beside, or another upload has the key (I15). */
const isRemembered = async (
  journal: Pick<Journal, 'compromised'>,
  request: Request | null,
): Promise<boolean> =>
  request?.mode === 'emergency' &&
  (await journal.compromised()).some(({ anchorId }) => request.anchors.includes(anchorId));

/** Whether a run that halted was to cut what is compromised or was to be followed soon, or may have been: it never got as far as a plan. */
const isToBeFollowed = async (journal: Journal, plan: CarriedPlan | undefined): Promise<boolean> =>
  plan
    ? plan.isPressing === true || plan.isPassedOver === true || cutsCompromised(plan)
    : (await journal.compromised()).length > 0;

/** What went for something compromised leaves the next run to others; one that never got as far as a plan tried nothing, and the turn stays. */
const isOthersTurn = (request: Request | null, plan: CarriedPlan | undefined): boolean =>
  plan ? cutsCompromised(plan) : request?.mode === 'scheduled' && request.othersFirst === true;

/** An execution of an older machine carries its scopes itself. */
const cutsCompromised = ({ cutsCompromised = false, waves }: CarriedPlan): boolean =>
  cutsCompromised ||
  waves
    .flatMap((wave) => ('scopes' in wave ? wave.scopes : []))
    .some(({ successions }) => successions.some(({ compromised }) => compromised));
