import * as z from 'zod';
import { type NextRotation, nextRotationFromEnvironment } from './adapters/aws/schedule.ts';
import { type Journal, journalFromEnvironment } from './adapters/table/journal.ts';
import { type Leases, leasesFromEnvironment } from './adapters/table/lease.ts';
import { isAnyNamedSince } from './adapters/table/named/named-since.ts';
import { type Clock, systemClock } from './clock.ts';
import { documentSchema, type Schedule, scheduleSchema } from './domain/document.ts';
import { claimOf, entryOf } from './domain/memory/audit.ts';
import { notInThePast, soonAfter } from './domain/next-run/soonest.ts';
import { toldNext } from './domain/next-run/told-next.ts';
import { step } from './step.ts';

const reads = documentSchema.pick({ execution: true, plan: true }).extend({
  /** Only some executions of an older machine have it here. In all others the plan has it. */
  request: z.unknown().optional(),
});

type Ports = { nextRotation: NextRotation; leases: Leases; journal: Journal; clock: Clock };

/**
 * Sets the one-time schedule to when the next anchor is due, or clears it if no anchor will be due (rule 6).
 */
export async function scheduleNext(ports: Ports, input: z.infer<typeof reads>): Promise<Schedule> {
  const { nextRotation, leases, journal, clock } = ports;
  const { lease } = input.plan;
  await leases.demand(claimOf({ ...input, lease }));
  // If an emergency named something since the plan, the next run comes soon: the plan's own date does not
  // know of it.
  const isNew = await isAnyNamedSince(journal, input.plan);
  const planned = input.plan.nextRotationAt;
  const nextRotationAt = isNew ? soonAfter(clock()) : planned && notInThePast(planned, clock());
  const told = toldNext(input.plan, input.request, clock());
  if (nextRotationAt) await nextRotation.set(nextRotationAt, told);
  else await nextRotation.clear();
  await journal.record(entryOf(input, clock(), 'scheduled', { nextRotationAt }));
  return { nextRotationAt };
}

export const handler = step(
  'schedule-next',
  {
    reads,
    writes: scheduleSchema,
    ports: () => ({
      nextRotation: nextRotationFromEnvironment(),
      leases: leasesFromEnvironment(),
      journal: journalFromEnvironment(),
      clock: systemClock,
    }),
  },
  scheduleNext,
);
