import { type AtWork, hasLeft, outlasted } from '../../domain/blocked/outlasted.ts';
import { cutsAtOnce } from '../../domain/cut/urgent.ts';
import { WindlassError } from '../../domain/errors.ts';
import { toldIn } from '../../domain/manifest.ts';
import type { Lease } from '../../domain/memory/lease.ts';
import { tryAgainAt } from '../../domain/next-run/next-try.ts';
import type { Plan } from '../../domain/plan-document/plan.ts';
import { compromisedFirst, failingSinceOf, type Request, type ToNext } from '../../domain/request.ts';
import { emit, type Metrics } from '../aws/metrics.ts';
import type { NextRotation } from '../aws/schedule.ts';
import type { Surveys } from '../aws/surveys.ts';
import { scrub } from '../scrub.ts';
import { isAtItsCut } from '../table/at-its-cut.ts';
import type { Leases } from '../table/lease.ts';
import { decideWithFacts } from './decide.ts';
import { cutsForLong, isInItsTurn, onlyWaits } from './in-its-turn.ts';

export type Ports = Parameters<typeof decideWithFacts>[0] & {
  leases: Leases;
  metrics: Metrics;
  nextRotation: NextRotation;
};
export type Asked = Parameters<typeof decideWithFacts>[1];

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
export type Seen = Looked & {
  isUrgent?: boolean;
  again?: { at: string; told?: ToNext | undefined };
};

/**
 * Looks at what is due without the lease, and says what follows: this run takes the lease over, or another
 * look comes. `other` is the rotation at work; null where nothing says what it does.
 */
export async function lookAtWhatIsDue(
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
