import pMap from 'p-map';
import * as z from 'zod';
import { type Certificates, certificatesFromEnvironment } from './adapters/openai/certificates.ts';
import { readInventory } from './adapters/openai/read-inventory.ts';
import { readClients } from './adapters/secrets/read-clients.ts';
import { type Secrets, secretsFromEnvironment } from './adapters/secrets/secrets.ts';
import { type Journal, journalFromEnvironment } from './adapters/table/journal.ts';
import { type Leases, leasesFromEnvironment } from './adapters/table/lease.ts';
import { keyIdOf } from './adapters/x509/leaf.ts';
import { type Clock, systemClock } from './clock.ts';
import { clientSchema } from './domain/client.ts';
import { unconfirmedCuts } from './domain/cut/unconfirmed.ts';
import { executionSchema, type Plan, planSchema } from './domain/document.ts';
import { WindlassError } from './domain/errors.ts';
import { entryOf } from './domain/memory/audit.ts';
import type { BegunMemory } from './domain/memory/journal.ts';
import type { Claim, Lease } from './domain/memory/lease.ts';
import { checkNames } from './domain/planning/names.ts';
import { busyPlan, plan as decide } from './domain/planning/plan.ts';
import { kinOf } from './domain/planning/readiness.ts';
import { finished, type Memory, newlyBegun } from './domain/planning/resume.ts';
import { withLaterNeeds } from './domain/planning/scope-plans.ts';
import { pairSuccessions, type Succession } from './domain/planning/succession.ts';
import { demandCarriable } from './domain/planning/waves.ts';
import { policySchema } from './domain/policy.ts';
import { requestSchema } from './domain/request.ts';
import { step } from './step.ts';

const reads = z.object({
  request: requestSchema,
  execution: executionSchema,
  configuration: z.object({
    clients: z.array(clientSchema),
    policy: policySchema,
    /** A digest of the clients and the evidence. */
    configured: z.string().optional(),
  }),
});

type Ports = {
  certificates: Certificates;
  secrets: Secrets;
  leases: Leases;
  journal: Journal;
  clock: Clock;
};
type Reads = z.infer<typeof reads>;

/** Takes the lease, reads every scope and every client's leaf, and decides the rotation. Changes no trust. */
export async function plan(ports: Ports, input: Reads): Promise<Plan> {
  const { request, execution } = input;
  const lease = await ports.leases.take({ execution: execution.id, mode: request.mode });
  if (!lease.held) return yieldTo(lease.by, ports, input);
  const decided = await decideWithFacts(ports, input);
  await remember(ports, decided, { execution: execution.id, token: lease.token });
  const { waves, promotions, ...detail } = decided.plan;
  const scopes = waves.map(({ name, scopes }) => [name, scopes.map(({ scope }) => scope)]);
  await ports.journal.record(entryOf(input, ports.clock(), 'planned', { request, ...detail, scopes }));
  return { ...decided.plan, lease: { token: lease.token } };
}

/** The plan, and what is remembered of rotations that are over. */
async function decideWithFacts({ certificates, secrets, journal, clock }: Ports, input: Reads) {
  const { request, configuration } = input;
  const { clients, policy } = configuration;
  const inventory = await readInventory(certificates, policy.concurrency);
  checkNames({ inventory, policy, request, now: clock(), clients });
  // From here on the names are known to be real, and a compromise is never forgotten.
  if (request.mode === 'emergency') await journal.rememberCompromised(request.anchors);
  const compromised = new Set(await journal.compromised());
  const memory = {
    soaks: await journal.soaks(),
    cuts: await journal.cuts(),
    begun: await journal.begun(),
  };
  const facts = { inventory, policy, request, now: clock(), compromised, memory };

  const { resumed, stale } = unconfirmedCuts(memory.cuts, facts);
  const pairs = [...pairSuccessions(facts).pairs, ...resumed];
  const anchors = await readAnchors(certificates, pairs, kinOf(pairs, inventory));
  const known = await readClients({ secrets, clock }, clients, pairs, anchors, policy.concurrency);
  const keyIds = new Map(anchors.map(({ anchorId, pem }) => [anchorId, keyIdOf(pem)]));
  const rotation = decide({ ...facts, clients: known });
  const decided = demandCarriable(
    withLaterNeeds(rotation, { keyIds, clients: known }, configuration.configured),
    clients,
  );
  // Forgotten when it has been said; an emergency says nothing of what others left.
  const cuts = request.mode === 'emergency' ? [] : stale;
  const over = {
    cuts,
    soaks: finished(memory.soaks, inventory),
    begun: finished(memory.begun, inventory),
  };
  return { plan: decided, over, fresh: newlyBegun(decided, memory) };
}

/** Whoever takes over while this plan is made may have begun the very soak, or made the very cut, anew (I12). */
async function remember(
  { leases, journal }: Ports,
  { over, fresh }: { over: Required<Memory>; fresh: BegunMemory[] },
  claim: Claim,
): Promise<void> {
  if ([...Object.values(over), fresh].every((memories) => memories.length === 0)) return;
  await leases.demand(claim);
  await journal.forgetSoaks(over.soaks);
  await journal.forgetCuts(over.cuts);
  await journal.forgetBegun(over.begun);
  await journal.rememberBegun(fresh);
}

/** A sweep leaves a live rotation alone; what a person asked for and did not get has to be red (I12, I13). */
async function yieldTo({ holder, mode }: Lease, { journal, clock }: Ports, input: Reads): Promise<Plan> {
  const summary = `${holder} (${mode}) is rotating this organization`;
  await journal.record(entryOf(input, clock(), 'busy', { request: input.request, holder, mode }));
  if (input.request.mode === 'scheduled') return busyPlan(input.configuration.policy, clock(), summary);
  throw new WindlassError(
    'Busy',
    `${summary}: nothing was changed. Wait for it to end, or stop it, and start again`,
  );
}

function readAnchors(certificates: Certificates, pairs: readonly Succession[], kin: readonly string[]) {
  const paired = pairs.flatMap(({ retiring, successor }) => [retiring.anchorId, successor.anchorId]);
  const ids = new Set([...paired, ...kin]);
  return pMap(ids, async (anchorId) => ({ anchorId, pem: await certificates.content(anchorId) }), {
    concurrency: 5,
  });
}

export const handler = step(
  'plan',
  {
    reads,
    writes: planSchema,
    refusedAs: 'InvalidRequest',
    ports: () => ({
      certificates: certificatesFromEnvironment(),
      secrets: secretsFromEnvironment(),
      leases: leasesFromEnvironment(),
      journal: journalFromEnvironment(),
      clock: systemClock,
    }),
  },
  plan,
);
