import type * as z from 'zod';
import { type Manifests, manifestsFromEnvironment } from './adapters/aws/manifests.ts';
import { emit, type Metrics, metricsFromEnvironment } from './adapters/aws/metrics.ts';
import { type MovePorts, moveClients } from './adapters/secrets/move-clients.ts';
import { secretsFromEnvironment } from './adapters/secrets/secrets.ts';
import { beginAnew, leaveHeld, rememberSoaks } from './adapters/table/after-promotion.ts';
import { journalFromEnvironment } from './adapters/table/journal.ts';
import { leasesFromEnvironment } from './adapters/table/lease.ts';
import { type Verdicts, verdictsFromEnvironment } from './adapters/table/verdicts.ts';
import { type Pause, systemClock, systemPause } from './clock.ts';
import { waitedForOthers } from './domain/cut/waited-for-others.ts';
import { documentSchema, haltSchema, type Promotion, promotionSchema } from './domain/document.ts';
import { asTold } from './domain/first-few.ts';
import { instant, secondsOf } from './domain/instant.ts';
import { entryOf } from './domain/memory/audit.ts';
import { haltedMeanwhile } from './domain/metrics.ts';
import { overlapOf } from './domain/overlap/overlap.ts';
import { heldByClients, provenInOverlap } from './domain/overlap/proven-in-overlap.ts';
import { isSamePair } from './domain/succession/resume.ts';
import { step } from './step.ts';

const reads = documentSchema
  .pick({ execution: true, plan: true, verification: true })
  .required({ execution: true, plan: true })
  .extend({
    /** The halt that stopped the overlap. Clients that were proven before it are moved all the same. */
    halt: haltSchema.optional(),
  })
  .refine(({ verification, halt }) => verification !== undefined || halt !== undefined, {
    path: ['verification'],
    error: 'is missing, and no halt says why',
  });

type Reads = z.infer<typeof reads>;
type Ports = MovePorts & { manifests: Manifests; verdicts: Verdicts; metrics: Metrics; pause: Pause };

/**
 * Makes the proven leaves current, so that the clients move over, and returns until when both anchors stay
 * active (rule 5). Two kinds of client stay on their leaf: one that no scope has proven, because the
 * successor may not be active there, and one whose secret has changed since the proof. Each holds only its
 * own scopes; all others move (I17), also in a run that halts afterwards.
 */
export async function promote(ports: Ports, input: Reads): Promise<Promotion> {
  const { journal, clock } = ports;
  const { execution, verification = [] } = input;
  const isStopped = input.halt !== undefined;
  const visit = { execution, phase: 'overlap' as const };
  const [plan, verdicts, there, begun] = await Promise.all([
    ports.manifests.whole(input.plan),
    ports.verdicts.of(visit),
    ports.verdicts.provenIn(visit),
    journal.begun(),
  ]);
  const overlap = overlapOf(plan, verdicts, there, { isStopped });
  const { halted } = overlap;
  // A pair that was taken back and is active again: a person activated it, which says that its filter is
  // repaired.
  const takenBack = begun.filter((one) => one.takenBackAt && one.begunAt === execution.startedAt);
  const isTakenBack = (pair: Parameters<typeof isSamePair>[0]) =>
    takenBack.some((one) => isSamePair(one, pair));
  const proven = provenInOverlap(plan, overlap, isTakenBack);
  const { promoted, alreadyCurrent, leaves, stayed } = await moveClients(ports, {
    execution,
    lease: input.plan.lease,
    promotions: proven.promotions,
    pause: ports.pause,
    proven: plan.waves.flatMap(({ scopes }) => scopes),
  });
  const ends = isStopped ? verdicts.filter(({ scope }) => !halted.has(scope)) : verification.flat();
  const times = ends.flatMap(({ provenAt }) => (provenAt ? secondsOf(provenAt) : []));
  const held = heldByClients(plan, new Set([...proven.left, ...stayed.keys()]), halted);
  const unproven = [...halted, ...held.keys()];
  const until = await rememberSoaks(journal, plan, { overlap, unproven, times, isStopped, now: clock() });
  const soakUntil = instant(until);
  const waited = waitedForOthers(plan, verdicts, there);
  await beginAnew(journal, waited, isStopped ? plan.plannedAt : soakUntil);
  const detail = {
    ...{ promoted, alreadyCurrent, leaves },
    // Nothing soaks in a run that halts.
    ...(!isStopped && { soakUntil }),
    ...(unproven.length > 0 && { unproven }),
  };
  await journal.record(entryOf(input, clock(), 'promoted', detail));
  if (!isStopped) {
    await leaveHeld(ports, { visit, verdicts, held, stayed });
    // The run ends red for these scopes, but only after the soak. The metric rings now, so that nobody waits
    // that long to hear of it (I13).
    if (unproven.length > 0) await emit(ports.metrics, () => haltedMeanwhile(unproven.length));
  }
  return { promoted: asTold(promoted), alreadyCurrent: asTold(alreadyCurrent), soakUntil };
}

export const handler = step(
  'promote',
  {
    reads,
    writes: promotionSchema,
    ports: () => ({
      secrets: secretsFromEnvironment(),
      leases: leasesFromEnvironment(),
      journal: journalFromEnvironment(),
      manifests: manifestsFromEnvironment(),
      verdicts: verdictsFromEnvironment(),
      metrics: metricsFromEnvironment(),
      clock: systemClock,
      pause: systemPause,
    }),
  },
  promote,
);
