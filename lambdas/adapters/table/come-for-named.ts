import type { Clock } from '../../clock.ts';
import type { Schedule } from '../../domain/document.ts';
import { secondsOf } from '../../domain/instant.ts';
import { entryOf } from '../../domain/memory/audit.ts';
import { atTheLatest } from '../../domain/next-run/next-try.ts';
import { notInThePast, soonAfter } from '../../domain/next-run/soonest.ts';
import { toldNext } from '../../domain/next-run/told-next.ts';
import type { CarriedPlan } from '../../domain/plan-document.ts';
import type { ToNext } from '../../domain/request.ts';
import type { NextRotation } from '../aws/schedule.ts';
import type { Journal } from './journal.ts';
import type { Leases } from './lease.ts';
import { isAnyNamedSince } from './named.ts';
import { isHeld } from './superseded.ts';

type Ports = { leases: Leases; nextRotation: NextRotation; journal: Journal; clock: Clock };

/**
 * Schedules a run for what an emergency has named that another emergency kept from its lease, and that comes at the end of that one: where it is
 * stopped, nobody else would (I16).
 */
export const comeAfter = async (ports: Setting): Promise<{ nextRotationAt: string }> => ({
  nextRotationAt: await setBeside(ports, { at: atTheLatest(ports.clock()) }),
});

type Setting = Pick<Ports, 'leases' | 'nextRotation' | 'clock'>;

/**
 * Sets when a run comes after another one that has the lease (ISO 8601). Where that has ended meanwhile, this may have put off what it had set: then a run comes
 * within minutes (I16). Returns when.
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
 * Schedules a run within minutes for what an emergency has named since the plan: told that this one was at work, it could schedule
 * nothing, and may have come after Schedule next had looked (I15, I16). Sets anew also what this run has set to come soon: that may have come already, was told
 * that this run is at work, and has ended; or such an emergency has put it off. Nobody is told so any more once the lease is free, and who has it next plans
 * with what is named by then.
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

/** What comes so soon is set anew, in seconds: whoever came meanwhile, and was told that this run is at work, has put it off by an hour. */
const SOON = 900;

/** A run that has freed the lease. */
type Freed = {
  execution: { id: string; startedAt: string };
  plan: CarriedPlan | undefined;
  request: unknown;
  /** What Schedule next has set. */
  schedule: Schedule | undefined;
  /** What it has set itself after a halt, which Schedule next never came to. */
  again: { nextRotationAt?: string; toNext?: ToNext | undefined };
};
