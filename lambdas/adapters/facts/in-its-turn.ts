import { secondsOf } from '../../domain/instant.ts';
import type { JournalEntry } from '../../domain/memory/journal.ts';
import type { Lease } from '../../domain/memory/lease.ts';
import type { Journal } from '../table/journal.ts';
import { plannedBy } from './at-work.ts';

/**
 * How long a run that goes before what is compromised may take until it has moved its clients, in seconds. A
 * silent client holds each wave for 45 minutes, and no client is moved before all waves have ended.
 */
const A_TURN = 3 * 3_600;

/**
 * Whether the rotation that has the lease goes before what is compromised, and has not moved its clients yet.
 * If a run took over every hour, no other run would ever have a turn (I17). `now` in Unix seconds.
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
 * Whether the rotation that has the lease has moved its clients and cuts nothing yet. It only waits, so a run
 * that takes over disturbs nobody. A remembered soak does not show this: it may be from an earlier run.
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

/** How long a rotation may go on cutting while something compromised waits, in seconds. */
const LONG = 3_600;

/**
 * Whether the rotation that has the lease has gone on cutting for an hour. With thousands of scopes that each
 * wait for their hosts, some cut is always unconfirmed. What an emergency has left would then wait half a day
 * (I16). The run that follows the takeover minutes later resumes the unconfirmed cuts (I10, I11). `now` in
 * Unix seconds.
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

/** Returns what the run of this plan has written down so far. */
const ownOf = (journal: Pick<Journal, 'ofExecution'>, { execution: id, startedAt }: JournalEntry) =>
  journal.ofExecution({ id, startedAt });

async function eventsOf(...of: Parameters<typeof ownOf>): Promise<ReadonlySet<JournalEntry['event']>> {
  return new Set((await ownOf(...of)).map(({ event }) => event));
}
