import { type AtWork, hasLeft, outlasted } from '../../domain/blocked/outlasted.ts';
import { cutsAtOnce } from '../../domain/cut/urgent.ts';
import { WindlassError } from '../../domain/errors.ts';
import { toldIn } from '../../domain/manifest.ts';
import type { Lease } from '../../domain/memory/lease.ts';
import { atTheLatest, tryAgainAt } from '../../domain/next-run/next-try.ts';
import { notInThePast } from '../../domain/next-run/soonest.ts';
import type { Plan } from '../../domain/plan-document.ts';
import {
  compromisedFirst,
  failingSinceOf,
  handedOn,
  isByAnotherRun,
  type Request,
  type ToNext,
} from '../../domain/request.ts';
import { emit, type Metrics } from '../aws/metrics.ts';
import type { NextRotation } from '../aws/schedule.ts';
import type { Surveys } from '../aws/surveys.ts';
import { scrub } from '../scrub.ts';
import { isAtItsCut } from '../table/at-its-cut.ts';
import { setBeside } from '../table/come-for-named.ts';
import type { Leases, Taken } from '../table/lease.ts';
import { isHeld } from '../table/superseded.ts';
import { atWork } from './at-work.ts';
import { decideWithFacts } from './decide.ts';
import { cutsForLong, isInItsTurn, onlyWaits } from './in-its-turn.ts';

type Ports = Parameters<typeof decideWithFacts>[0] & {
  leases: Leases;
  metrics: Metrics;
  nextRotation: NextRotation;
};
type Asked = Parameters<typeof decideWithFacts>[1];

/**
 * What a run sees when the lease is taken. `told` is for its entry in the trail. `late` says in words what
 * expires before the other rotation may have ended. `hasLooked` means that the look succeeded; `failure` says
 * why it did not.
 */
export type Looked = { told: Partial<Plan>; hasLooked?: boolean; late?: readonly string[]; failure?: string };
/**
 * The same, with what follows: `isUrgent` if something cannot wait for the other rotation, or `again`, when
 * the next look comes.
 */
type Seen = Looked & {
  isUrgent?: boolean;
  again?: { at: string; told?: ToNext | undefined };
};

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
  return await unlessEnded(ports, lease, await look(ports, asked, { isAnyNamed, lease, other }));
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

async function look(
  ports: Ports,
  asked: Asked,
  { isAnyNamed, lease, other }: { isAnyNamed: boolean; lease: Lease; other: AtWork | null },
): Promise<Seen> {
  try {
    const apart = { ...ports, surveys: keptApart(ports.surveys) };
    // The look asks whether something compromised can be cut, not whose turn it is.
    const asking = { ...asked, request: compromisedFirst(asked.request), isLook: true };
    const { plan, facts, measure, stale } = await decideWithFacts(apart, asking);
    const outlived = other ? outlasted(plan, facts, other) : [];
    const found = { ...plan, blocked: [...plan.blocked, ...outlived] };
    await emit(ports.metrics, () => measure(found));
    const { successions, leftAgainAt } = plan;
    const late = outlived.map(({ reason }) => reason);
    const seen = { told: { successions, ...toldIn(found) }, hasLooked: true, late };
    const now = ports.clock();
    const isAtACut = () => isAtItsCut(ports.journal, lease, { stale, now });
    if (cutsAtOnce(plan)) {
      const isBetween = (await isAtACut()) && !(await cutsForLong(ports.journal, lease, now));
      const isLetBe = isBetween || (await isInItsTurn(ports.journal, lease, now));
      if (!isLetBe) return { ...seen, isUrgent: true };
      return { ...seen, again: againAfter(asked.request, ports.clock()) };
    }
    // This anchor would expire while the other rotation soaks. After this run, that soak continues where it
    // was. An anchor that the other rotation retires itself does not count once it has moved every client:
    // two runs must not take the lease from each other in turn.
    const isTheirs = (id: string) => other?.retiring.has(id) && !hasLeft(other, id, plan, facts.clients);
    const isRotated = outlived.some(
      ({ anchor }) => !isTheirs(anchor) && successions.some(({ retiring }) => retiring === anchor),
    );
    const isDisturbed = async () => !(await onlyWaits(ports.journal, lease)) || (await isAtACut());
    if (isRotated && other?.isSoaking && !(await isDisturbed())) return { ...seen, isUrgent: true };
    const left = leftAgainAt ? { at: leftAgainAt } : null;
    // The other rotation may be merely waiting within minutes, for example once its overlap is proven. What
    // is ready may not last until the sweep.
    const soon = isRotated ? againAfter(asked.request, now) : null;
    const again = left && soon ? (left.at < soon.at ? left : soon) : (left ?? soon);
    return { ...seen, ...(again && { again }) };
  } catch (error) {
    // The next attempt continues the survey.
    if (error instanceof WindlassError && error.name === 'SurveyUnfinished') throw error;
    const failure = `what is due could not be looked at: ${scrub(String(error))}`;
    // Something compromised may be ready to be cut: a run that could not look has not seen that there is
    // nothing (I9).
    const again = againAfter(asked.request, ports.clock());
    return { told: { warnings: [failure] }, failure, ...(isAnyNamed && { again }) };
  }
}

/**
 * Returns when the next look comes, later each time. A look lists everything, and the rotation that has the
 * lease needs the same rate limit.
 */
function againAfter(request: Request, now: number): Required<Seen>['again'] {
  const failingSince = failingSinceOf(request, now);
  return { at: tryAgainAt(failingSince, now), told: { failingSince } };
}

/**
 * Keeps what a look lists apart from what the plan of a run that takes over lists. The other rotation changed
 * trust in between. A plan made from the look's listings would forget a cut that the other rotation has not
 * confirmed.
 */
const keptApart = ({ kept, keep }: Surveys): Surveys => ({
  kept: (execution) => kept(`${execution}/look`),
  keep: (execution, listed) => keep(`${execution}/look`, listed),
});
