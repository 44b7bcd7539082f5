import * as z from 'zod';
import { emit, type Metrics, metricsFromEnvironment } from './adapters/aws/metrics.ts';
import { announce, type RunEvents, runEventsFromEnvironment } from './adapters/aws/run-events.ts';
import { type NextRotation, nextRotationFromEnvironment } from './adapters/aws/schedule.ts';
import { type AuditLog, auditLogFromEnvironment } from './adapters/openai/audit-log.ts';
import { scrubbedRequest } from './adapters/scrub.ts';
import { comeAfterDeath, diedSchema } from './adapters/table/after-death.ts';
import { audited } from './adapters/table/audited.ts';
import { comeAgain } from './adapters/table/come-again.ts';
import { comeOnceFree } from './adapters/table/come-for-named.ts';
import { type Journal, journalFromEnvironment } from './adapters/table/journal.ts';
import { type Leases, leasesFromEnvironment } from './adapters/table/lease.ts';
import { isHeld } from './adapters/table/superseded.ts';
import { type Verdicts, verdictsFromEnvironment } from './adapters/table/verdicts.ts';
import { type Clock, systemClock } from './clock.ts';
import { ORGANIZATION } from './domain/anchor.ts';
import { documentSchema, haltSchema, type Release, releaseSchema } from './domain/document.ts';
import { instant } from './domain/instant.ts';
import { claimOf, entryOf, runOf } from './domain/memory/audit.ts';
import { endedEvent } from './domain/memory/run-event.ts';
import { haltedScopes, sinceSuccess } from './domain/metrics.ts';
import type { CarriedPlan } from './domain/plan-document.ts';
import { type Mode, requestSchema } from './domain/request.ts';
import { soaksOf } from './domain/succession/resume.ts';
import { step } from './step.ts';

const reads = documentSchema.pick({ execution: true }).extend({
  /** The request as it came, where the plan does not have it: one that nobody can read is not written down. */
  request: z.unknown().optional(),
  plan: documentSchema.shape.plan.optional(),
  /** Absent after a halt, and in an execution of an older machine. */
  schedule: documentSchema.shape.schedule,
  halt: haltSchema.optional(),
});

type Reads = z.infer<typeof reads>;

const death = z.object({ detail: diedSchema });

/** A run of its own, or what EventBridge tells of one that was ended from outside: what is wrong with the one says nothing of the other. */
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

/** What a run that went through leaves to the next. */
const NOTHING_LEFT: Awaited<ReturnType<typeof comeAgain>> = {};

/**
 * Writes the outcome into the journal, forgets soaks that led to a finished rotation, and frees the lease (I12). Last of all the
 * vendor's audit log is held against the journal, which changes no outcome (F19). Of a run that was ended from outside it only sees to it that
 * another comes.
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
  // Where Plan has failed, nothing else says who started it, and why.
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
  // The run is about to end red for it: one that stopped before has told nobody (I13). Whoever plans once the lease is free knows of it.
  if (plan?.isRed && !halt) await journal.rememberTold(runOf(execution));
  const isFreed = await leases.release(execution.id);
  // Another attempt sets the schedule: one call that was throttled must not cost a day (I16).
  if (failure) throw failure;
  // An emergency that was told that this run is at work may have put off what this one has set, or that may have come and been told so.
  const freed = { execution, plan, request, schedule, again: { ...again, toNext } };
  const soon = isFreed ? await comeOnceFree(ports, freed) : undefined;
  const nextRotationAt = soon ?? again.nextRotationAt ?? schedule?.nextRotationAt ?? null;
  await announce(
    ports,
    endedEvent({ execution, at: instant(clock()) }, { outcome, plan, halt, nextRotationAt }),
  );
  // Where Plan has failed, the request alone tells. What cuts only what is compromised has looked at no more than an emergency, whoever asked for it.
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
  // What was only confirmed may still overlap in another scope, where it has to serve its soak.
  const served = plan.successions.filter(({ resumed }) => !resumed);
  const soaks = soaksOf(served, await journal.soaks());
  // Another rotation may have taken over: what it remembers is not ours to forget. Nor may it be once the lease is free.
  if (!(await isHeld(leases, claimOf({ execution, lease: plan.lease })))) return;
  await journal.forgetSoaks(soaks);
  // Where scopes go by themselves nothing soaks, and a pair that has been proven is no longer one that has only begun.
  if (plan.atOnce) await journal.forgetBegun(served);
  // Every scope has been confirmed, with what the organization has left to it.
  if (plan.anyOwnListing)
    await journal.forgetCuts(served.map(({ retiring }) => ({ scope: ORGANIZATION, retiring })));
}

/** Remembers a success; and for how long there has been none. Neither an emergency nor a run that was taken over has gone through everything. */
async function rememberOutcome({ journal, clock }: Ports, outcome: Release['outcome'], mode: Mode | null) {
  const now = clock();
  const isSuccess = !['halted', 'superseded'].includes(outcome) && mode !== 'emergency';
  const last = isSuccess ? null : await journal.lastSuccess();
  if (isSuccess) await journal.rememberSuccess(instant(now));
  // An organization where no run has ever succeeded: the time counts from the first that tried.
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
