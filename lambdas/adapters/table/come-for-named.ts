import type { Clock } from '../../clock.ts';
import type { Schedule } from '../../domain/document.ts';
import { secondsOf } from '../../domain/instant.ts';
import { entryOf } from '../../domain/memory/audit.ts';
import { CLOCKS } from '../../domain/memory/lease.ts';
import { atTheLatest } from '../../domain/next-run/next-try.ts';
import { soonAfter } from '../../domain/next-run/soonest.ts';
import { toldNext } from '../../domain/next-run/told-next.ts';
import type { CarriedPlan } from '../../domain/plan-document.ts';
import type { NextRotation } from '../aws/schedule.ts';
import type { Journal } from './journal.ts';
import type { Leases } from './lease.ts';
import { isAnyNamedSince } from './named.ts';

type Ports = { leases: Leases; nextRotation: NextRotation; journal: Journal; clock: Clock };

/**
 * Schedules a run for what an emergency has named that another emergency kept from its lease, and that comes at the end of that one: where it is
 * stopped, nobody else would (I16). Where it has ended meanwhile, this may have put off what it had set.
 */
export async function comeAfter({
  leases,
  nextRotation,
  clock,
}: Pick<Ports, 'leases' | 'nextRotation' | 'clock'>): Promise<{ nextRotationAt: string }> {
  const latest = atTheLatest(clock());
  await nextRotation.set(latest);
  if (await leases.isTaken()) return { nextRotationAt: latest };
  const nextRotationAt = soonAfter(clock());
  await nextRotation.set(nextRotationAt);
  return { nextRotationAt };
}

/**
 * Schedules a run within minutes for what an emergency has named since the plan: told that this one was at work, it could schedule
 * nothing, and may have come after Schedule next had looked (I15, I16). Sets anew also what Schedule next has set, where that may have come already: it was told
 * that this run is at work, and has ended. Nobody is told so any more once the lease is free, and who has it next plans with what is named by then.
 */
export async function comeOnceFree(
  { journal, nextRotation, clock }: Pick<Ports, 'journal' | 'nextRotation' | 'clock'>,
  { execution, plan, schedule, request }: Freed,
): Promise<string | undefined> {
  if (!plan?.lease) return undefined;
  const isNamed = await isAnyNamedSince(journal, plan);
  const planned = schedule?.nextRotationAt;
  const mayHaveCome = planned ? secondsOf(planned) <= clock() + CLOCKS : false;
  if (!isNamed && !mayHaveCome) return undefined;
  const nextRotationAt = soonAfter(clock());
  await nextRotation.set(nextRotationAt, toldNext(plan, request, clock()));
  await journal.record(entryOf({ execution }, clock(), 'scheduled', { nextRotationAt }));
  return nextRotationAt;
}

/** A run that has freed the lease. */
type Freed = {
  execution: { id: string; startedAt: string };
  plan: CarriedPlan | undefined;
  /** What Schedule next has set. */
  schedule: Schedule | undefined;
  request: unknown;
};
