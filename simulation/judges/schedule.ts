import { ORGANIZATION } from '../../lambdas/domain/anchor.ts';
import { instant, secondsOf } from '../../lambdas/domain/instant.ts';
import type { Plan } from '../../lambdas/domain/plan-document/plan.ts';
import type { Finding } from '../log/findings.ts';
import type { InvocationRecord } from '../log/invocation-record.ts';
import { judgeClaim } from './lease.ts';
import type { JudgeContext, Watch } from './watch.ts';

/** How soon a rotation comes that finds its date gone by, in seconds (rule 6). */
const SOON = 300;

/**
 * Whether a run never had a plan, and perhaps never the lease. It sets the schedule itself: the lease holder
 * may be dead or soak for days, and nobody else would (rule 6).
 */
const isUnplanned = (seen: InvocationRecord | undefined): boolean =>
  seen?.step === 'release' && !Object(seen.input).plan;

/**
 * Whether the run that took over has died since, perhaps after this run read who has the lease. Then nobody
 * else sets the next run (rule 6).
 */
const isLeftByTheDead = (seen: InvocationRecord | undefined, { replay: { state } }: JudgeContext): boolean =>
  seen?.step === 'release' &&
  seen.demands.some(({ read, isAnothers }) => read && isAnothers) &&
  state.lease !== null &&
  !state.lease.released &&
  !state.running.has(state.lease.holder);

/**
 * Whether a run only looks, and so sets the next look for the rotation that was at work when it asked.
 * If that rotation has freed the lease since, the run sets a time soon once more, since it may have put
 * off what the other has set (I16).
 */
function isBesideAnother({ step, demands }: InvocationRecord): boolean {
  const last = demands.at(-1);
  return step === 'plan' && (last?.isAnothers === true || (last?.wasAnothers === true && !last.held));
}

/**
 * Judges rule 6 and I12: the lease holder sets the next rotation, and it comes when the first anchor is due.
 */
export function createScheduleWatch(context: JudgeContext): Watch {
  const { replay, rules } = context;
  /** The next time that is set, when it was last changed, in milliseconds, and by which execution. */
  let stands: { next: string | null; at: number; by: string } = { next: null, at: 0, by: '' };
  /** When a scope's trust in an anchor last changed, in milliseconds: `scope anchor`. */
  const changedAt = new Map<string, number>();
  /** Until when a project was archived, in milliseconds. */
  const archivedUntil = new Map<string, number>();

  function returned(at: number, seen: InvocationRecord): Finding[] {
    // Either the schedule has fired in between, and the next run has started already. Or an emergency has set
    // when it comes again: what it named is looked up before this run ends.
    if (stands.by !== seen.execution && stands.at >= seen.at) return [];
    const due = firstDue(seen, { changedAt, archivedUntil }, context);
    if (due === null) return [];
    const latest = Math.max(due, at / 1000 + SOON + context.scenario.faultRates.skew);
    const { next } = stands;
    if (next !== null && secondsOf(next) <= latest) return [];
    const by = instant(latest);
    return [{ kind: 'schedule', at, what: `the next rotation is set to ${next}, and is due by ${by}` }];
  }

  return (event) => {
    const { at } = event;
    if (event.what === 'trust') for (const id of event.anchorIds) changedAt.set(`${event.scope} ${id}`, at);
    if (event.what === 'trouble' && event.broken.startsWith('project '))
      archivedUntil.set(event.broken.slice('project '.length), event.mended ? at : Infinity);
    if (event.what === 'schedule') {
      const { by, next } = event;
      stands = { next, at, by: typeof by === 'string' ? by : by.execution };
      if (typeof by === 'string') return [];
      const seen = replay.state.invocations.get(by.invocation);
      const isLook = seen !== undefined && isBesideAnother(seen);
      const finding =
        isLook || isUnplanned(seen) || isLeftByTheDead(seen, context)
          ? []
          : judgeClaim(seen, { at, what: `schedule ${next}` }, replay).finding;
      const past = next !== null && secondsOf(next) < at / 1000 - rules.TOLERANCE;
      const late: Finding = { kind: 'schedule', at, what: `the next rotation is set to ${next}: past` };
      return [...finding, ...(past ? [late] : [])];
    }
    if (event.what !== 'returned') return [];
    const seen = replay.state.invocations.get(event.invocation);
    // An attempt to which nobody listens any more may have been overtaken.
    return seen?.step === 'schedule-next' && event.heard ? returned(at, seen) : [];
  };
}

/**
 * When the first anchor comes due that this run's plan could see and does not leave to a person,
 * in Unix seconds; null for none.
 */
function firstDue(
  { execution, input }: InvocationRecord,
  { changedAt, archivedUntil }: Record<'changedAt' | 'archivedUntil', ReadonlyMap<string, number>>,
  { replay, rules, scenario }: JudgeContext,
): number | null {
  const { plan } = input as { plan: Plan };
  const { policy, faultRates, projects, anchors } = scenario;
  // The begin and the end of each attempt at Plan. Any attempt may be the one that was heard.
  const looks = replay.state.plans.get(execution) ?? [];
  const [began] = looks;
  if (!began) return null;
  const since = (replay.state.startedAt.get(execution) ?? 0) / 1000;
  const lead = policy.leadTime;
  const listed = began.at - 1000 * (faultRates.propagation.listings + 1);
  const left = new Set([
    ...plan.successions.map(({ retiring }) => retiring),
    ...plan.blocked.map((b) => b.anchor),
  ]);
  // In a project that could not be listed every old upload may be active, so only the daily sweep
  // looks for what has expired there.
  const isOver = (id: string): boolean => (rules.anchor(id)?.expiresAt ?? Infinity) < began.at / 1000;
  const isSeen = (id: string): boolean =>
    [ORGANIZATION, ...projects].some(
      (scope) =>
        !(isOver(id) && replay.state.unlisted.has(`${execution} ${scope}`)) &&
        (archivedUntil.get(scope) ?? 0) < began.at &&
        looks.every(({ active }) => active.get(scope)?.has(id)) &&
        (changedAt.get(`${scope} ${id}`) ?? 0) < listed,
    );
  // An anchor that is put on hold in the very second in which the execution starts may count as held or not.
  const isHeld = (id: string): boolean => rules.held(id, since) || rules.held(id, since - 1);
  const tended = anchors.filter(({ id }) => isSeen(id) && !left.has(id) && !isHeld(id));
  return tended.length > 0 ? Math.min(...tended.map(({ expiresAt }) => expiresAt - lead)) : null;
}
