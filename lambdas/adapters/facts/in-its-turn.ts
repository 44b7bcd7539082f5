import { secondsOf } from '../../domain/instant.ts';
import type { JournalEntry } from '../../domain/memory/journal.ts';
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
  return !(await eventsOf(journal, planned)).has('promoted');
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
  const events = await eventsOf(journal, planned);
  return events.has('promoted') && !events.has('deactivating');
}

/** How long what is compromised lets a rotation go on cutting, in seconds. */
const LONG = 3_600;

/**
 * Whether the rotation that has the lease has gone on cutting for an hour: with thousands of scopes that each wait for their hosts some cut of it is always unconfirmed, and what an
 * emergency has left would wait for half a day (I16). Whoever takes over takes up what is unconfirmed first. `now` in Unix seconds.
 */
export async function cutsForLong(
  journal: Pick<Journal, 'changes' | 'ofExecution'>,
  lease: Pick<Lease, 'holder' | 'takenAt'>,
  now: number,
): Promise<boolean> {
  const [planned] = await plannedBy(journal, lease);
  if (!planned) return false;
  const own = await ownOf(journal, planned);
  return own.some(({ event, at }) => event === 'deactivating' && secondsOf(at) < now - LONG);
}

/** What the run has written down by now that this is the plan of. */
const ownOf = (journal: Pick<Journal, 'ofExecution'>, { execution: id, startedAt }: JournalEntry) =>
  journal.ofExecution({ id, startedAt });

async function eventsOf(...of: Parameters<typeof ownOf>): Promise<ReadonlySet<JournalEntry['event']>> {
  return new Set((await ownOf(...of)).map(({ event }) => event));
}
