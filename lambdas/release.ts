import * as z from 'zod';
import { emit, type Metrics, metricsFromEnvironment } from './adapters/aws/metrics.ts';
import { announce, type RunEvents, runEventsFromEnvironment } from './adapters/aws/run-events.ts';
import { type NextRotation, nextRotationFromEnvironment } from './adapters/aws/schedule.ts';
import { type AuditLog, auditLogFromEnvironment } from './adapters/openai/audit-log.ts';
import { scrubbedRequest } from './adapters/scrub.ts';
import { comeAfterDeath, diedSchema } from './adapters/table/after-death.ts';
import { audited } from './adapters/table/audited.ts';
import { comeAgain } from './adapters/table/come-again.ts';
import { type Journal, journalFromEnvironment } from './adapters/table/journal.ts';
import { type Leases, leasesFromEnvironment } from './adapters/table/lease.ts';
import { comeOnceFree } from './adapters/table/named/come-for-named.ts';
import { isHeld } from './adapters/table/superseded.ts';
import { type Verdicts, verdictsFromEnvironment } from './adapters/table/verdicts.ts';
import { type Clock, systemClock } from './clock.ts';
import { ORGANIZATION } from './domain/anchor.ts';
import { documentSchema, haltSchema, type Release, releaseSchema } from './domain/document.ts';
import { instant } from './domain/instant.ts';
import { claimOf, entryOf, runOf } from './domain/memory/audit.ts';
import { endedEvent } from './domain/memory/run-event.ts';
import { haltedScopes, sinceSuccess } from './domain/metrics.ts';
import type { CarriedPlan } from './domain/plan-document/carried-plan.ts';
import { type Mode, requestSchema } from './domain/request.ts';
import { soaksOf } from './domain/succession/resume.ts';
import { step } from './step.ts';

const reads = documentSchema.pick({ execution: true }).extend({
  /**
   * The request as it came, when the plan does not have it. It may be unreadable; then it is not written
   * down.
   */
  request: z.unknown().optional(),
  plan: documentSchema.shape.plan.optional(),
  /** Absent after a halt, and in an execution of an older machine. */
  schedule: documentSchema.shape.schedule,
  halt: haltSchema.optional(),
});

type Reads = z.infer<typeof reads>;

const death = z.object({ detail: diedSchema });

/**
 * The input: either a run's own document, or EventBridge's event about a run that was ended from outside.
 * Errors are reported for that one form only.
 */
const asked = z.unknown().transform((event, { issues }): Reads | z.infer<typeof death> => {
  const parsed = (Object.hasOwn(Object(event), 'detail') ? death : reads).safeParse(event);
  if (parsed.success) return parsed.data;
  for (const issue of parsed.error.issues) issues.push({ ...issue, input: event } as never);
  return z.NEVER;
});

type Ports = {
  audit: AuditLog;
  leases: Leases;
  journal: Journal;
  verdicts: Verdicts;
  nextRotation: NextRotation;
  metrics: Metrics;
  events: RunEvents;
  clock: Clock;
};

/** What a run that did not halt leaves to the next run. */
const NOTHING_LEFT: Awaited<ReturnType<typeof comeAgain>> = {};

/**
 * Writes the outcome into the journal, forgets the soaks that led to a finished rotation, and frees the lease
 * (I12). Last, compares the vendor's audit log with the journal, which changes no outcome (F19). For a run
 * that was ended from outside, it only makes sure that another run comes.
 */
export async function release(ports: Ports, input: Reads | z.infer<typeof death>): Promise<Release> {
  if (!('detail' in input)) return releaseRun(ports, input);
  await comeAfterDeath(ports, input.detail);
  return { outcome: 'halted' };
}

async function releaseRun(
  ports: Ports,
  { execution, request, plan, schedule, halt }: Reads,
): Promise<Release> {
  const { leases, journal, metrics, clock } = ports;
  const served = plan?.decision === 'rotate' && !halt ? plan : undefined;
  if (served) await forgetServed(ports, execution, served);
  const isInVain = served?.anyOwnListing === true && !(await ports.verdicts.anyCut(execution));
  const outcome = isInVain ? 'idle' : outcomeOf(plan, halt);
  // After a failed Plan, nothing else says who started the run, and why.
  const parsed = requestSchema.safeParse(request ?? plan?.request);
  const told = parsed.success ? parsed.data : null;
  const { failure, toNext, ...again } = halt
    ? await comeAgain(ports, execution, { request: told, plan, halt })
    : NOTHING_LEFT;
  const detail = {
    outcome,
    ...halt,
    ...(told && { request: scrubbedRequest(told) }),
    ...again,
  };
  await journal.record(entryOf({ execution }, clock(), 'ended', detail));
  // The run is about to end red for what is blocked, so it counts as told. A run that stopped earlier has
  // told nobody (I13). Remembered before the lease is free, so that the next plan knows it.
  if (plan?.isRed && !halt) await journal.rememberTold(runOf(execution));
  const isFreed = await leases.release(execution.id);
  // The next attempt sets the schedule: one throttled call must not cost a day (I16).
  if (failure) throw failure;
  // An emergency that found this run at work may have postponed the schedule that this run had set. Or the
  // scheduled run itself came, and ended as busy.
  const freed = { execution, plan, request, schedule, again: { ...again, toNext } };
  const soon = isFreed ? await comeOnceFree(ports, freed) : undefined;
  const nextRotationAt = soon ?? again.nextRotationAt ?? schedule?.nextRotationAt ?? null;
  await announce(
    ports,
    endedEvent({ execution, at: instant(clock()) }, { outcome, plan, halt, nextRotationAt }),
  );
  // After a failed Plan only the request tells the mode. A run that cuts only what is compromised has looked
  // at no more than an emergency, however it was started, so it counts as one.
  const mode = plan?.atOnce ? 'emergency' : (plan?.mode ?? told?.mode ?? null);
  await emit(metrics, () => haltedScopes(halt, mode));
  await emit(metrics, () => rememberOutcome(ports, outcome, mode));
  await emit(metrics, async () => {
    const { unknown } = await audited(ports, { execution, plan });
    return [{ name: 'UnknownChanges', value: unknown }];
  });
  return { outcome };
}

/** Forgets the soaks that led to a finished rotation. */
async function forgetServed(
  { leases, journal }: Ports,
  execution: Reads['execution'],
  plan: CarriedPlan,
): Promise<void> {
  // A succession that this run only confirmed may still overlap in another scope, where its soak has to be
  // served.
  const served = plan.successions.filter(({ resumed }) => !resumed);
  const soaks = soaksOf(served, await journal.soaks());
  // Another rotation may have taken over: its soaks are not ours to forget. The same holds once the lease is
  // free.
  if (!(await isHeld(leases, claimOf({ execution, lease: plan.lease })))) return;
  await journal.forgetSoaks(soaks);
  // Scopes that go by themselves do not soak. A pair that they have proven is more than begun.
  if (plan.atOnce) await journal.forgetBegun(served);
  // Every scope has been confirmed, including the old leaves that the organization had left to its projects.
  if (plan.anyOwnListing)
    await journal.forgetCuts(served.map(({ retiring }) => ({ scope: ORGANIZATION, retiring })));
}

/**
 * Remembers a success, and returns the time since the last one. An emergency and a run that another took over
 * do not count: they have not looked at everything.
 */
async function rememberOutcome({ journal, clock }: Ports, outcome: Release['outcome'], mode: Mode | null) {
  const now = clock();
  const isSuccess = !['halted', 'superseded'].includes(outcome) && mode !== 'emergency';
  const last = isSuccess ? null : await journal.lastSuccess();
  if (isSuccess) await journal.rememberSuccess(instant(now));
  // No run has ever succeeded in this organization: the time counts from the first run that tried.
  else if (last === null) await journal.rememberFirstRun(instant(now));
  return [sinceSuccess(last?.at ?? instant(now), now)];
}

function outcomeOf(plan: CarriedPlan | undefined, halt: Reads['halt']): Release['outcome'] {
  if (halt) return halt.Error === 'Superseded' ? 'superseded' : 'halted';
  if (plan?.decision === 'rotate') return 'rotated';
  return plan?.decision === 'blocked' ? 'blocked' : 'idle';
}

export const handler = step(
  'release',
  {
    reads: asked,
    writes: releaseSchema,
    ports: () => ({
      audit: auditLogFromEnvironment(),
      leases: leasesFromEnvironment(),
      journal: journalFromEnvironment(),
      verdicts: verdictsFromEnvironment(),
      nextRotation: nextRotationFromEnvironment(),
      metrics: metricsFromEnvironment(),
      events: runEventsFromEnvironment(),
      clock: systemClock,
    }),
  },
  release,
);
