import type { Clock } from '../../../clock.ts';
import type { Schedule } from '../../../domain/document.ts';
import { secondsOf } from '../../../domain/instant.ts';
import { entryOf } from '../../../domain/memory/audit.ts';
import { atTheLatest } from '../../../domain/next-run/next-try.ts';
import { notInThePast, soonAfter } from '../../../domain/next-run/soonest.ts';
import { toldNext } from '../../../domain/next-run/told-next.ts';
import type { CarriedPlan } from '../../../domain/plan-document/carried-plan.ts';
import type { ToNext } from '../../../domain/request.ts';
import type { NextRotation } from '../../aws/schedule.ts';
import type { Journal } from '../journal.ts';
import type { Leases } from '../lease.ts';
import { isHeld } from '../superseded.ts';
import { isAnyNamedSince } from './named-since.ts';

type Ports = { leases: Leases; nextRotation: NextRotation; journal: Journal; clock: Clock };

/**
 * Schedules a late run for what an emergency named that another emergency kept from the lease. Usually the
 * end of that other emergency sets an earlier run. If the other emergency is stopped, no other run would come
 * (I16).
 */
export const comeAfter = async (ports: Setting): Promise<{ nextRotationAt: string }> => ({
  nextRotationAt: await setBeside(ports, { at: atTheLatest(ports.clock()) }),
});

type Setting = Pick<Ports, 'leases' | 'nextRotation' | 'clock'>;

/**
 * Sets when a run comes that follows the holder of the lease (ISO 8601), and returns that time. If the holder
 * has ended meanwhile, this may have postponed the holder's own schedule: then a run comes within minutes
 * (I16).
 */
export async function setBeside(
  { leases, nextRotation, clock }: Setting,
  { at, told }: { at: string; told?: ToNext | undefined },
): Promise<string> {
  await nextRotation.set(at, told);
  if (await leases.isTaken()) return at;
  const soon = soonAfter(clock());
  await nextRotation.set(soon, told);
  return soon;
}

/**
 * Sets the schedule anew after the lease is free (I15, I16), in two cases:
 * - An emergency has named something since the plan. It found this run at work, could schedule nothing, and
 *   may have come after Schedule next had looked. A run comes within minutes.
 * - This run has set a run that comes soon. That run may have come already, found this one at work, and
 *   ended; or such an emergency has postponed it. It is set once more.
 *
 * Once the lease is free, no run is turned away any more, and its next holder plans with what is named by
 * then. Returns the new time, or undefined.
 */
export async function comeOnceFree(
  { leases, journal, nextRotation, clock }: Ports,
  { execution, plan, request, schedule, again }: Freed,
): Promise<string | undefined> {
  const isNamed = plan?.lease ? await isAnyNamedSince(journal, plan) : false;
  const set = again.nextRotationAt ?? schedule?.nextRotationAt;
  const mayHaveCome = set ? secondsOf(set) <= clock() + SOON : false;
  if (!isNamed && !mayHaveCome) return undefined;
  if (!(await isHeld(leases, { execution: execution.id, mayBeFree: true }))) return undefined;
  const nextRotationAt = set && !isNamed ? notInThePast(set, clock()) : soonAfter(clock());
  const toNext = again.nextRotationAt ? again.toNext : plan && toldNext(plan, request, clock());
  await nextRotation.set(nextRotationAt, toNext);
  await journal.record(entryOf({ execution }, clock(), 'scheduled', { nextRotationAt }));
  return nextRotationAt;
}

/**
 * A run that comes within this time is set anew, in seconds. An emergency that came meanwhile, and found this
 * run at work, has postponed it by an hour.
 */
const SOON = 900;

/** A run that has freed the lease. */
type Freed = {
  execution: { id: string; startedAt: string };
  plan: CarriedPlan | undefined;
  request: unknown;
  /** What Schedule next has set. */
  schedule: Schedule | undefined;
  /** What the run itself set after a halt, when Schedule next never ran. */
  again: { nextRotationAt?: string; toNext?: ToNext | undefined };
};
