import * as z from 'zod';
import { emit, type Metrics, metricsFromEnvironment } from './adapters/aws/metrics.ts';
import { announce, type RunEvents, runEventsFromEnvironment } from './adapters/aws/run-events.ts';
import { type NextRotation, nextRotationFromEnvironment } from './adapters/aws/schedule.ts';
import { type AuditLog, auditLogFromEnvironment } from './adapters/openai/audit-log.ts';
import { scrub, scrubbedRequest } from './adapters/scrub.ts';
import { audited } from './adapters/table/audited.ts';
import { type Journal, journalFromEnvironment } from './adapters/table/journal.ts';
import { type Leases, leasesFromEnvironment } from './adapters/table/lease.ts';
import { isHeld } from './adapters/table/superseded.ts';
import { type Clock, systemClock } from './clock.ts';
import { documentSchema, haltSchema, type Release, releaseSchema } from './domain/document.ts';
import { instant, secondsOf } from './domain/instant.ts';
import { claimOf, entryOf, runOf } from './domain/memory/audit.ts';
import { endedEvent } from './domain/memory/run-event.ts';
import { haltedScopes, sinceSuccess } from './domain/metrics.ts';
import type { CarriedPlan } from './domain/plan-document.ts';
import { tryAgainAt, tryBlockedAgainAt } from './domain/planning/timing.ts';
import { failingSinceOf, type Request, requestSchema } from './domain/request.ts';
import { soaksOf } from './domain/succession/resume.ts';
import { step } from './step.ts';

const reads = documentSchema.pick({ execution: true }).extend({
  /** The request as it came: one that nobody can read is not written down. */
  request: z.unknown().optional(),
  plan: documentSchema.shape.plan.optional(),
  halt: haltSchema.optional(),
});

type Ports = {
  audit: AuditLog;
  leases: Leases;
  journal: Journal;
  nextRotation: NextRotation;
  metrics: Metrics;
  events: RunEvents;
  clock: Clock;
};

/**
 * Writes the outcome into the journal, forgets soaks that led to a finished rotation, and frees the lease (I12). Last of all the
 * vendor's audit log is held against the journal, which changes no outcome (F19).
 */
export async function release(
  ports: Ports,
  { execution, request, plan, halt }: z.infer<typeof reads>,
): Promise<Release> {
  const { leases, journal, metrics, clock } = ports;
  const outcome = halt
    ? halt.Error === 'Superseded'
      ? 'superseded'
      : 'halted'
    : plan?.decision === 'rotate'
      ? 'rotated'
      : plan?.decision === 'blocked'
        ? 'blocked'
        : 'idle';
  // Another rotation may have taken over: what it remembers is not ours to forget. Nor may it be once the lease is free.
  if (plan && outcome === 'rotated') {
    // What was only confirmed may still overlap in another scope, where it has to serve its soak.
    const served = plan.successions.filter(({ resumed }) => !resumed);
    const soaks = soaksOf(served, await journal.soaks());
    if (await isHeld(leases, claimOf({ execution, lease: plan.lease }))) {
      await journal.forgetSoaks(soaks);
      // Where scopes go by themselves nothing soaks, and a pair that has been proven is no longer one that has only begun.
      if (plan.atOnce) await journal.forgetBegun(served);
    }
  }
  // Where Plan has failed, nothing else says who started it, and why.
  const asked = requestSchema.safeParse(request);
  const told = asked.success ? asked.data : null;
  const again = outcome === 'halted' ? await comeAgain(ports, execution.id, { request: told, plan }) : {};
  const detail = {
    outcome,
    ...halt,
    ...(told && { request: scrubbedRequest(told) }),
    ...again,
  };
  await journal.record(entryOf({ execution }, clock(), 'ended', detail));
  await leases.release(execution.id);
  // The run is about to end red for it: one that stopped before has told nobody (I13).
  if (plan?.isRed && !halt) await journal.rememberTold(runOf(execution));
  await announce(
    ports,
    endedEvent(
      { execution, at: instant(clock()) },
      { outcome, plan, halt, nextRotationAt: again.nextRotationAt },
    ),
  );
  await emit(metrics, () => haltedScopes(halt));
  await emit(metrics, async () => {
    const now = clock();
    const last = outcome === 'halted' ? await journal.lastSuccess() : null;
    if (outcome !== 'halted') await journal.rememberSuccess(instant(now));
    // An organization where no run has ever succeeded: the time counts from the first that tried.
    else if (last === null) await journal.rememberFirstRun(instant(now));
    return [sinceSuccess(last?.at ?? instant(now), now)];
  });
  await emit(metrics, async () => {
    const { unknown } = await audited(ports, { execution, plan });
    return [{ name: 'UnknownChanges', value: unknown }];
  });
  return { outcome };
}

/**
 * Schedules another run within minutes after a halt that left something compromised (rule 6). What an emergency named is
 * remembered, so any run takes it up. Where that cannot be done, the run ends as red as it would have, and the lease has to be
 * freed all the same.
 */
async function comeAgain(
  { leases, nextRotation, journal, clock }: Ports,
  execution: string,
  { request, plan }: { request: Request | null; plan: CarriedPlan | undefined },
) {
  try {
    const isUrgent = request?.mode === 'emergency' || (await isToBeFollowed(journal, plan));
    const planned = plan?.leftAgainAt ?? null;
    if (!isUrgent && planned === null) return {};
    // Where Plan has failed, nobody has told this step the token.
    await leases.demand({ execution });
    const now = clock();
    if (isUrgent) {
      const failingSince = failingSinceOf(request, now);
      const nextRotationAt = tryAgainAt(failingSince, now);
      const othersFirst = isOthersTurn(request, plan);
      await nextRotation.set(nextRotationAt, { failingSince, ...(othersFirst && { othersFirst }) });
      return { nextRotationAt };
    }
    // What was left before this run halted is not tried any sooner for that: others have looked meanwhile, each later than the one before.
    const isToCome = planned !== null && secondsOf(planned) > now;
    const nextRotationAt = isToCome
      ? planned
      : tryBlockedAgainAt({ allowances: await journal.compromised(), now });
    if (nextRotationAt === null) return {};
    await nextRotation.set(nextRotationAt);
    return { nextRotationAt };
  } catch (error) {
    return { notScheduled: scrub(String(error)) };
  }
}

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

export const handler = step(
  'release',
  {
    reads,
    writes: releaseSchema,
    ports: () => ({
      audit: auditLogFromEnvironment(),
      leases: leasesFromEnvironment(),
      journal: journalFromEnvironment(),
      nextRotation: nextRotationFromEnvironment(),
      metrics: metricsFromEnvironment(),
      events: runEventsFromEnvironment(),
      clock: systemClock,
    }),
  },
  release,
);
