import { secondsOf } from '../../domain/instant.ts';
import type { Lease } from '../../domain/memory/lease.ts';
import type { Journal } from './journal.ts';

/**
 * How long a run that goes before what is compromised may take until it has moved its clients, in seconds: a silent client holds each of its
 * waves for three quarters of an hour, and nobody is moved before all of them have ended.
 */
const A_TURN = 3 * 3_600;

/** How far two functions' clocks may be apart, in seconds. */
const SKEW = 600;

/**
 * Whether the rotation that has the lease goes before what is compromised, and has yet to move whom it is for: who took over each hour would
 * let nobody have a turn (I17). `now` in Unix seconds.
 */
export async function isInItsTurn(
  journal: Pick<Journal, 'changes' | 'ofExecution'>,
  { holder, takenAt }: Pick<Lease, 'holder' | 'takenAt'>,
  now: number,
): Promise<boolean> {
  const since = secondsOf(takenAt);
  if (now > since + A_TURN) return false;
  const { lines } = await journal.changes(since - SKEW);
  const planned = lines.find(({ event, execution }) => event === 'planned' && execution === holder);
  if (planned?.detail.isPassedOver !== true) return false;
  const own = await journal.ofExecution({ id: holder, startedAt: planned.startedAt });
  return !own.some(({ event }) => event === 'promoted');
}
