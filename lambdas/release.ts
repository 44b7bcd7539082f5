import * as z from 'zod';
import { scrubbedRequest } from './adapters/scrub.ts';
import { type Journal, journalFromEnvironment } from './adapters/table/journal.ts';
import { type Leases, leasesFromEnvironment } from './adapters/table/lease.ts';
import { isHeld } from './adapters/table/superseded.ts';
import { type Clock, systemClock } from './clock.ts';
import { documentSchema, haltSchema, type Release, releaseSchema } from './domain/document.ts';
import { claimOf, entryOf } from './domain/memory/audit.ts';
import { soaksOf } from './domain/planning/resume.ts';
import { requestSchema } from './domain/request.ts';
import { step } from './step.ts';

const reads = documentSchema.pick({ execution: true }).extend({
  /** As it came: what nobody can read is not written down. */
  request: z.unknown().optional(),
  plan: documentSchema.shape.plan.optional(),
  halt: haltSchema.optional(),
});

type Ports = { leases: Leases; journal: Journal; clock: Clock };

/** Writes the outcome into the journal, forgets soaks that led to a finished rotation, and frees the lease (I12). */
export async function release(
  { leases, journal, clock }: Ports,
  { execution, request, plan, halt }: z.infer<typeof reads>,
): Promise<Release> {
  const outcome = halt
    ? halt.Error === 'Superseded'
      ? 'superseded'
      : 'halted'
    : plan?.decision === 'rotate'
      ? 'rotated'
      : plan?.decision === 'blocked'
        ? 'blocked'
        : 'idle';
  // What a rotation remembers that has taken over is not ours to forget, nor is it once this step has freed the lease.
  if (plan && outcome === 'rotated') {
    // What was only confirmed may still overlap in another scope, where it has to serve its soak.
    const served = plan.successions.filter(({ resumed }) => !resumed);
    const soaks = soaksOf(served, await journal.soaks());
    if (await isHeld(leases, claimOf({ execution, lease: plan.lease }))) await journal.forgetSoaks(soaks);
  }
  // Where Plan has failed, nothing else says who started it, and why.
  const asked = requestSchema.safeParse(request);
  const detail = { outcome, ...halt, ...(asked.success && { request: scrubbedRequest(asked.data) }) };
  await journal.record(entryOf({ execution }, clock(), 'ended', detail));
  await leases.release(execution.id);
  return { outcome };
}

export const handler = step(
  'release',
  {
    reads,
    writes: releaseSchema,
    ports: () => ({ leases: leasesFromEnvironment(), journal: journalFromEnvironment(), clock: systemClock }),
  },
  release,
);
