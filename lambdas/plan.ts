import * as z from 'zod';
import { type Clients, clientsFromEnvironment } from './adapters/aws/client-list.ts';
import { type Manifests, manifestsFromEnvironment } from './adapters/aws/manifests.ts';
import { emit, type Metrics, metricsFromEnvironment } from './adapters/aws/metrics.ts';
import { announce, type RunEvents, runEventsFromEnvironment } from './adapters/aws/run-events.ts';
import { type NextRotation, nextRotationFromEnvironment } from './adapters/aws/schedule.ts';
import { type Surveys, surveysFromEnvironment } from './adapters/aws/surveys.ts';
import { refuseUnheardOf } from './adapters/facts/checked-names.ts';
import { decideWithFacts, remember } from './adapters/facts/decide.ts';
import { refuseKeysSeen } from './adapters/facts/keys-of-uploads.ts';
import { takeOrLook } from './adapters/facts/look-around.ts';
import { tellThoseToCome } from './adapters/facts/those-to-come.ts';
import { yieldTo } from './adapters/facts/yield-to.ts';
import { type AuditLog, auditLogFromEnvironment, WITHIN_SECONDS } from './adapters/openai/audit-log.ts';
import { type Certificates, certificatesFromEnvironment } from './adapters/openai/certificates.ts';
import { scrubbedRequest } from './adapters/scrub.ts';
import { type Secrets, secretsFromEnvironment } from './adapters/secrets/secrets.ts';
import { type Journal, journalFromEnvironment } from './adapters/table/journal.ts';
import { type Leases, leasesFromEnvironment } from './adapters/table/lease.ts';
import { rememberNamed } from './adapters/table/named/remember-named.ts';
import { emitSinceSuccess } from './adapters/table/since-success.ts';
import { type Clock, systemClock } from './clock.ts';
import { clientSchema } from './domain/client.ts';
import { instant } from './domain/instant.ts';
import { heldIn, scopesIn, toldIn } from './domain/manifest.ts';
import { entryOf } from './domain/memory/audit.ts';
import { executionSchema } from './domain/memory/execution.ts';
import { startedEvent } from './domain/memory/run-event.ts';
import { lookingAgain } from './domain/next-run/looking-again.ts';
import { type CarriedPlan, carriedPlanSchema } from './domain/plan-document/carried-plan.ts';
import { policySchema } from './domain/policy.ts';
import { asCarried, compromisedFirst, requestSchema } from './domain/request.ts';
import { step } from './step.ts';

const reads = z.object({
  request: requestSchema,
  execution: executionSchema,
  configuration: z.object({
    policy: policySchema,
    /**
     * An execution of an older machine carries the clients, the witnesses, and a digest of both with the
     * evidence.
     */
    clients: z.array(clientSchema).optional(),
    mustRefuse: z.array(clientSchema).optional(),
    configured: z.string().optional(),
  }),
  /**
   * `true` from a machine whose scopes go by what Activate says remains to be done. For an older machine, an
   * emergency lists every project first.
   */
  ownListings: z.boolean().optional(),
  /**
   * `true` from a machine that looks once more at a scope whose hosts may not have heard of a toggle. An
   * older machine does not.
   */
  settles: z.boolean().optional(),
});

type Ports = {
  /** Tries for seconds only: no plan waits for the audit log. */
  audit: AuditLog;
  clients: Clients;
  certificates: Certificates;
  /**
   * The same API, without retries and with a timeout of 5 seconds: for questions that an emergency asks
   * before it asks for the lease.
   */
  hasty: Pick<Certificates, 'content' | 'list'>;
  secrets: Secrets;
  leases: Leases;
  journal: Journal;
  manifests: Manifests;
  surveys: Surveys;
  nextRotation: NextRotation;
  metrics: Metrics;
  events: RunEvents;
  clock: Clock;
};
type Reads = z.infer<typeof reads>;

/** Takes the lease, reads every scope and every client's leaf, and decides the rotation. Changes no trust. */
export async function plan(ports: Ports, input: Reads): Promise<CarriedPlan> {
  const { request, execution } = input;
  // An emergency remembers what it names before it asks for anything, the lease included: if it ends as
  // `Busy`, nothing is forgotten (I15).
  if (request.mode === 'emergency') {
    await rememberNamed(ports, request, execution);
    await refuseKeysSeen(ports, request, execution);
    await refuseUnheardOf(ports, request);
  }
  const { lease, looked } = await takeOrLook(ports, input);
  if (!lease.held) return yieldTo(lease.by, looked, ports, input);
  // This run took the lease over to cut what is compromised. Whether something else goes before that is
  // decided by another run.
  const asked = lease.isInstead ? compromisedFirst(request) : request;
  const {
    plan: planned,
    clients,
    changes,
    measure,
    ...remembered
  } = await decideWithFacts(ports, { ...input, request: asked, turn: lease.token });
  const decided = lookingAgain(planned, lease.lateUntil, remembered);
  const claim = { execution: execution.id, token: lease.token };
  await remember(ports, changes, claim);
  await tellThoseToCome(ports, decided, { ...claim, request, wasUrgent: lease.isUrgent === true });
  const carried = await ports.manifests.keep(execution.id, decided, clients);
  const { waves, promotions, leftOut, ...detail } = { ...decided, ...toldIn(decided) };
  const named = { scopes: scopesIn(waves), ...heldIn(waves) };
  await ports.journal.record(
    entryOf({ execution, lease }, ports.clock(), 'planned', {
      request: scrubbedRequest(request),
      ...{ ...detail, ...named },
    }),
  );
  // The trail comes before these memories. If this attempt ended in between, the memories would say that an
  // operator was told what nobody was told (I13).
  await ports.journal.forgetSeen(changes.gone);
  await ports.journal.rememberSeen(changes.changed);
  await emit(ports.metrics, measure);
  await emitSinceSuccess(ports);
  await announce(ports, startedEvent({ execution, at: instant(ports.clock()) }, carried));
  return { ...carried, request: asCarried(scrubbedRequest(request)), lease: { token: lease.token } };
}

export const handler = step(
  'plan',
  {
    reads,
    writes: carriedPlanSchema,
    refusedAs: 'InvalidRequest',
    ports: () => ({
      audit: auditLogFromEnvironment(WITHIN_SECONDS),
      certificates: certificatesFromEnvironment(),
      hasty: certificatesFromEnvironment({ maxRetries: 0, timeoutMs: 5_000 }),
      secrets: secretsFromEnvironment(),
      leases: leasesFromEnvironment(),
      journal: journalFromEnvironment(),
      clients: clientsFromEnvironment(),
      manifests: manifestsFromEnvironment(),
      surveys: surveysFromEnvironment(),
      nextRotation: nextRotationFromEnvironment(),
      metrics: metricsFromEnvironment(),
      events: runEventsFromEnvironment(),
      clock: systemClock,
    }),
  },
  plan,
);
