import { WindlassError } from '../../domain/errors.ts';
import type { Lease } from '../../domain/memory/lease.ts';
import { atTheLatest } from '../../domain/next-run/next-try.ts';
import { notInThePast } from '../../domain/next-run/soonest.ts';
import { handedOn, isByAnotherRun, type Request } from '../../domain/request.ts';
import type { Taken } from '../table/lease.ts';
import { setBeside } from '../table/named/come-for-named.ts';
import { isHeld } from '../table/superseded.ts';
import { atWork } from './at-work.ts';
import { type Asked, type Looked, lookAtWhatIsDue, type Ports, type Seen } from './look-at-what-is-due.ts';

/** Seconds after which a look leaves no time to plan in the same attempt: a function has fifteen minutes. */
const LONG = 240;

/**
 * Takes the lease. If another rotation has it, this run looks around. It takes the lease over if something
 * compromised can be cut now: what an emergency has left waits for no soak (I12, I16). From a rotation that
 * soaks it also takes over for what is ready and would expire meanwhile (I17). Throws `SurveyUnfinished` when
 * the look took too long to plan in the same attempt.
 */
export async function takeOrLook(ports: Ports, asked: Asked): Promise<{ lease: Taken; looked: Looked }> {
  const { leases, clock } = ports;
  const asking = { execution: asked.execution.id, mode: asked.request.mode };
  const lease = await leases.take(asking);
  if (lease.held) return { lease, looked: { told: {} } };
  const begun = clock();
  const { isUrgent, ...looked } = await lookAround(ports, asked, lease.by);
  if (!isUrgent) return { lease, looked };
  const taken = await leases.take({ ...asking, insteadOf: lease.by.token });
  if (taken.held && clock() > begun + LONG)
    throw new WindlassError('SurveyUnfinished', 'the lease is taken over: the next attempt plans with it');
  return { lease: taken, looked };
}

/**
 * Looks at what is due, blocked and compromised while another rotation has the lease: a soak of days must
 * hide nothing (I13), and must keep nothing compromised active (I16). Changes no trust. If something is left,
 * another look follows.
 */
async function lookAround(ports: Ports, asked: Asked, lease: Lease): Promise<Seen> {
  const { request } = asked;
  const { mode } = lease;
  // An emergency needs every call that the API allows, and is over soon.
  if (mode === 'emergency' && isByAnotherRun(request))
    return await unlessEnded(ports, lease, afterIt(ports, request));
  if (mode === 'emergency' || request.mode === 'emergency') return { told: {} };
  const isAnyNamed = (await ports.journal.compromised()).length > 0;
  const now = ports.clock();
  const other = await atWork(ports.journal, lease, now);
  // A person waits for the answer of a manual run. A look could not change that answer while nothing is
  // compromised and the other rotation neither soaks nor is going to: it is over within hours.
  const isOverSoon = other === null || other.until <= now;
  if (request.mode === 'manual' && !isAnyNamed && isOverSoon) return { told: {} };
  return await unlessEnded(ports, lease, await lookAtWhatIsDue(ports, asked, { isAnyNamed, lease, other }));
}

/**
 * Sets when the next look comes, if the holder of the lease is still at work. The schedule belongs to the
 * holder: a run that has ended has already set it, and so has the run after one that died.
 */
async function unlessEnded(ports: Ports, lease: Lease, { again, ...seen }: Seen): Promise<Seen> {
  const { holder, token } = lease;
  if (!again || !(await ports.leases.isAtWork(lease))) return seen;
  if (!(await isHeld(ports.leases, { execution: holder, token }))) return seen;
  const at = notInThePast(again.at, ports.clock());
  const leftAgainAt = await setBeside(ports, { at, told: again.told });
  return { ...seen, told: { ...seen.told, leftAgainAt } };
}

/**
 * Schedules a late run for what this run came for. The emergency at work sets its own next run at its end. If
 * a person stops that emergency, nothing else would come before the sweep (I16).
 */
const afterIt = ({ clock }: Ports, request: Request): Seen => ({
  told: {},
  again: { at: atTheLatest(clock()), told: handedOn(request) },
});
