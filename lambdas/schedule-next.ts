import type * as z from 'zod';
import { type NextRotation, nextRotationFromEnvironment } from './adapters/schedule.ts';
import { documentSchema, type Schedule, scheduleSchema } from './domain/document.ts';
import { step } from './step.ts';

const reads = documentSchema.pick({ execution: true, plan: true });

type Ports = { nextRotation: NextRotation };

/** Sets the one-time schedule to when the next anchor is due, or clears it when none will be (rule 6). */
export async function scheduleNext(
  { nextRotation }: Ports,
  { plan }: z.infer<typeof reads>,
): Promise<Schedule> {
  if (plan.nextRotationAt) await nextRotation.set(plan.nextRotationAt);
  else await nextRotation.clear();
  return { nextRotationAt: plan.nextRotationAt };
}

export const handler = step(
  'schedule-next',
  { reads, writes: scheduleSchema, ports: () => ({ nextRotation: nextRotationFromEnvironment() }) },
  scheduleNext,
);
