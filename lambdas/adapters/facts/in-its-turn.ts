import { secondsOf } from '../../domain/instant.ts';
import type { Lease } from '../../domain/memory/lease.ts';
import type { Journal } from '../table/journal.ts';
import { plannedBy } from './at-work.ts';

/**
 * How long a run that goes before what is compromised may take until it has moved its clients, in seconds: a silent client holds each of its
 * waves for three quarters of an hour, and nobody is moved before all of them have ended.
 */
const A_TURN = 3 * 3_600;

/**
 * Whether the rotation that has the lease goes before what is compromised, and has yet to move whom it is for: who took over each hour would
 * let nobody have a turn (I17). `now` in Unix seconds.
 */
export async function isInItsTurn(
  journal: Pick<Journal, 'changes' | 'ofExecution'>,
  lease: Pick<Lease, 'holder' | 'takenAt'>,
  now: number,
): Promise<boolean> {
  if (now > secondsOf(lease.takenAt) + A_TURN) return false;
  const [planned] = await plannedBy(journal, lease);
  if (planned?.detail.isPassedOver !== true) return false;
  const own = await journal.ofExecution({ id: lease.holder, startedAt: planned.startedAt });
  return !own.some(({ event }) => event === 'promoted');
}

/**
 * Whether the rotation that has the lease has moved its clients and cuts nothing yet: it waits, and whoever takes over disturbs nobody. That a pair of it
 * soaks may be an earlier run's doing.
 */
export async function onlyWaits(
  journal: Pick<Journal, 'changes' | 'ofExecution'>,
  lease: Pick<Lease, 'holder' | 'takenAt'>,
): Promise<boolean> {
  const [planned] = await plannedBy(journal, lease);
  if (!planned) return false;
  const own = await journal.ofExecution({ id: lease.holder, startedAt: planned.startedAt });
  const has = (name: string) => own.some(({ event }) => event === name);
  return has('promoted') && !has('deactivating');
}
