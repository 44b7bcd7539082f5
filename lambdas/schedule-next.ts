import * as z from 'zod';
import { type NextRotation, nextRotationFromEnvironment } from './adapters/aws/schedule.ts';
import { type Journal, journalFromEnvironment } from './adapters/table/journal.ts';
import { type Leases, leasesFromEnvironment } from './adapters/table/lease.ts';
import { type Clock, systemClock } from './clock.ts';
import { documentSchema, type Schedule, scheduleSchema } from './domain/document.ts';
import { secondsOf } from './domain/instant.ts';
import { claimOf, entryOf } from './domain/memory/audit.ts';
import { notInThePast, soonAfter, tryAgainAt } from './domain/planning/timing.ts';
import { failingSinceOf } from './domain/request.ts';
import { step } from './step.ts';

const reads = documentSchema.pick({ execution: true, plan: true }).extend({
  /** Absent in an execution of an older machine. */
  request: z.unknown().optional(),
});

type Ports = { nextRotation: NextRotation; leases: Leases; journal: Journal; clock: Clock };

/** Sets the one-time schedule to when the next anchor is due, or clears it when none will be (rule 6). */
export async function scheduleNext(ports: Ports, input: z.infer<typeof reads>): Promise<Schedule> {
  const { nextRotation, leases, journal, clock } = ports;
  const { lease } = input.plan;
  await leases.demand(claimOf({ ...input, lease }));
  // An emergency that was told `Busy` meanwhile could set nothing: what it named is this run's to remember (I15).
  const named = await journal.compromised();
  const isNew = named.some(({ namedAt }) => namedAt && secondsOf(namedAt) > secondsOf(input.plan.plannedAt));
  const { at: nextRotationAt, told } = isNew ? { at: soonAfter(clock()) } : nextOf(input, clock());
  if (nextRotationAt) await nextRotation.set(nextRotationAt, told);
  else await nextRotation.clear();
  await journal.record(entryOf(input, clock(), 'scheduled', { nextRotationAt }));
  return { nextRotationAt };
}

/**
 * When the next run comes. One that is pressing, and after which nothing is left to rotate, may change nothing either: it comes
 * later each time, as after a halt (rule 6).
 */
function nextOf({ plan, request }: z.infer<typeof reads>, now: number) {
  if (!plan.isPressing || plan.decision === 'rotate') return { at: notInThePast(plan.nextRotationAt, now) };
  const failingSince = failingSinceOf(request, now);
  return { at: tryAgainAt(failingSince, now), told: { failingSince } };
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
