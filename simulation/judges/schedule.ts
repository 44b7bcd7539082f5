import { ORGANIZATION } from '../../lambdas/domain/anchor.ts';
import type { Plan } from '../../lambdas/domain/document.ts';
import { durationSeconds } from '../../lambdas/domain/policy.ts';
import type { Finding } from '../log/findings.ts';
import type { Seen } from '../log/invocation-record.ts';
import { judgeClaim } from './lease.ts';
import type { Court, Watch } from './watch.ts';

/** A rotation that finds its instant gone by comes this soon, in seconds (rule 6). */
const SOON = 300;

/** Rule 6 and I12: the next rotation is set by who has the lease, and comes when the first anchor is due. */
export function createScheduleWatch(court: Court): Watch {
  const { replay, law } = court;
  /** Where the schedule stands, and when that last changed, in milliseconds. */
  let stands: { next: string | null; at: number; fired: boolean } = { next: null, at: 0, fired: false };
  /** When a scope's trust in an anchor last changed: `scope anchor`. */
  const changedAt = new Map<string, number>();
  /** Until when a project was archived, in milliseconds. */
  const archivedUntil = new Map<string, number>();

  function returned(at: number, seen: Seen): Finding[] {
    // It has fired in between: the next run is there already.
    if (stands.fired && stands.at >= seen.at) return [];
    const due = firstDue(seen, { changedAt, archivedUntil }, court);
    if (due === null) return [];
    const latest = Math.max(due, at / 1000 + SOON + court.scenario.weather.skew);
    const { next } = stands;
    if (next !== null && Date.parse(next) / 1000 <= latest) return [];
    const by = new Date(latest * 1000).toISOString();
    return [{ kind: 'schedule', at, what: `the next rotation is set to ${next}, and is due by ${by}` }];
  }

  return (happening) => {
    const { at } = happening;
    if (happening.what === 'trust')
      for (const id of happening.anchorIds) changedAt.set(`${happening.scope} ${id}`, at);
    if (happening.what === 'trouble' && happening.broken.startsWith('project '))
      archivedUntil.set(happening.broken.slice('project '.length), happening.mended ? at : Infinity);
    if (happening.what === 'schedule') {
      const { by, next } = happening;
      stands = { next, at, fired: typeof by === 'string' };
      if (typeof by === 'string') return [];
      const seen = replay.state.invocations.get(by.invocation);
      const { finding } = judgeClaim(seen, { at, what: `schedule ${next}` }, replay);
      const past = next !== null && Date.parse(next) / 1000 < at / 1000 - law.TOLERANCE;
      const late: Finding = { kind: 'schedule', at, what: `the next rotation is set to ${next}: past` };
      return [...finding, ...(past ? [late] : [])];
    }
    if (happening.what !== 'returned') return [];
    const seen = replay.state.invocations.get(happening.invocation);
    // One that nobody listens to any more may have been overtaken.
    return seen?.step === 'schedule-next' && happening.heard ? returned(at, seen) : [];
  };
}

/** When the first anchor comes due that this run's plan could see and does not leave to a person, in Unix seconds. */
function firstDue(
  { execution, input }: Seen,
  { changedAt, archivedUntil }: Record<'changedAt' | 'archivedUntil', ReadonlyMap<string, number>>,
  { replay, law, scenario }: Court,
): number | null {
  const { plan } = input as { plan: Plan };
  const { policy, weather, projects, anchors } = scenario;
  // Each attempt of Plan as it began and ended, and any of them may be the one that was heard.
  const looks = replay.state.plans.get(execution) ?? [];
  const [began] = looks;
  if (!began) return null;
  const since = (replay.state.startedAt.get(execution) ?? 0) / 1000;
  const lead = durationSeconds(policy.leadTime) ?? 0;
  const listed = began.at - 1000 * (weather.propagation.listings + 1);
  const left = new Set([
    ...plan.successions.map(({ retiring }) => retiring),
    ...plan.blocked.map((b) => b.anchor),
  ]);
  const isSeen = (id: string): boolean =>
    [ORGANIZATION, ...projects].some(
      (scope) =>
        (archivedUntil.get(scope) ?? 0) < began.at &&
        looks.every(({ active }) => active.get(scope)?.has(id)) &&
        (changedAt.get(`${scope} ${id}`) ?? 0) < listed,
    );
  // One that is put on hold in the very second in which the execution starts may be on it, or not.
  const isHeld = (id: string): boolean => law.held(id, since) || law.held(id, since - 1);
  const tended = anchors.filter(({ id }) => isSeen(id) && !left.has(id) && !isHeld(id));
  return tended.length > 0 ? Math.min(...tended.map(({ expiresAt }) => expiresAt - lead)) : null;
}
