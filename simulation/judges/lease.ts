import type { Plan } from '../../lambdas/domain/plan-document/plan.ts';
import type { LoggedEvent } from '../log/event-log.ts';
import type { Finding } from '../log/findings.ts';
import type { InvocationRecord } from '../log/invocation-record.ts';
import type { Replay } from '../log/replay.ts';
import type { JudgeContext, Watch } from './watch.ts';

/**
 * Judges one change by I12: its step asked for the lease right before, had it,
 * and asked for this change alone.
 */
export function judgeClaim(
  seen: InvocationRecord | undefined,
  change: { at: number; what: string },
  { state }: Replay,
): { finding: Finding[]; window: boolean } {
  const demands = seen?.demands ?? [];
  // An adapter's client may have asked twice for the same change.
  const demand =
    demands.find(({ used }) => used === change.what) ??
    demands.find(({ read, used }) => read && used === null) ??
    demands.at(-1);
  const wrong = (why: string) => ({
    finding: [{ kind: 'lease' as const, at: change.at, what: `${change.what}: ${why}` }],
    window: false,
  });
  if (!seen || !demand) return wrong('nobody asked for the lease');
  if (!demand.read) return wrong('the lease was not read');
  if (!demand.held) return wrong(`${seen.execution} did not have the lease when it was asked`);
  // A claim serves one change. For any other change it is used up.
  if (demand.used !== null && demand.used !== change.what)
    return wrong(`one claim for it and ${demand.used}`);
  const window = demand.used !== null || state.lease?.holder !== seen.execution || state.lease.released;
  demand.used = change.what;
  return { finding: [], window };
}

/**
 * Judges I16: an emergency that takes the lease from a live rotation in any case does not wait to hear
 * whether that rotation is at work.
 */
export function createWordWatch({ replay: { state } }: JudgeContext): Watch {
  /** Invocations whose question about the other execution got no answer. */
  const untold = new Set<number>();
  return (event): Finding[] => {
    if (event.what === 'fault' && event.call?.op === 'executions') untold.add(event.invocation);
    if (event.what !== 'failed' || event.error !== 'LeaseUnavailable' || !untold.has(event.invocation))
      return [];
    const { mode } = Object(state.requests.get(event.execution));
    // An invocation that only follows up a dead run takes no lease.
    if (state.invocations.get(event.invocation)?.step !== 'plan') return [];
    if (mode !== 'emergency' || state.lease?.mode === 'emergency') return [];
    const what = `${event.execution} waits to be told whether ${state.lease?.holder} runs, and takes over from it in any case`;
    return [{ kind: 'emergencyLate', at: event.at, what }];
  };
}

/**
 * Judges a new lease by I12 and I10. A live rotation loses the lease to an emergency, or to a run that cuts
 * what an emergency has left. While it soaks, it also loses it to a run for what would expire before that
 * soak is over. An emergency loses it to nobody. A run that cuts what an emergency has left, and a run with a
 * cut that it has neither confirmed nor undone, lose it to an emergency only.
 */
export function createTakingWatch(context: JudgeContext): Watch {
  /** When each run last read which cuts nobody has confirmed, in milliseconds. */
  const readAt = new Map<string, number>();
  /**
   * What was active anywhere when each run began to plan. The run may have listed an anchor that somebody
   * deactivates before it takes the lease.
   */
  const listed = new Map<string, ReadonlySet<string>>();
  const { state } = context.replay;
  return (event) => {
    if (event.what === 'invoked' && event.step === 'plan')
      listed.set(event.execution, new Set([...state.active.values()].flatMap((ids) => [...ids])));
    const isRead = event.what === 'called' && event.call.action === 'dynamodb:Query';
    if (isRead && event.call.about === 'cut') readAt.set(event.execution, event.at);
    return event.what === 'lease' ? judgeTaking(event, { readAt, listed }, context) : [];
  };
}

/**
 * How long a scope may take from its cut to the end of its undo, in milliseconds. Ten minutes are taken off
 * since two steps read two clocks.
 */
const AT_A_CUT = 2 * 3_600_000 - 600_000;

/**
 * For how long a rotation may go on cutting before compromised anchors come first, in milliseconds. Ten
 * minutes are taken off since two steps read two clocks.
 */
const AN_HOUR = 3_600_000 - 600_000;

function judgeTaking(
  { at, lease }: LoggedEvent & { what: 'lease' },
  {
    readAt,
    listed,
  }: { readAt: ReadonlyMap<string, number>; listed: ReadonlyMap<string, ReadonlySet<string>> },
  context: JudgeContext,
): Finding[] {
  const { replay, rules } = context;
  const { state } = replay;
  const before = state.lease;
  if (!before || before.released || before.holder === lease.holder || !state.running.has(before.holder))
    return [];
  const isCutting = before.mode === 'emergency' || (before.isUrgent && lease.mode !== 'emergency');
  // An unconfirmed cut of a compromised anchor is work that an emergency has left as well: clients may
  // be outside because of it (I10).
  const active = new Set([
    ...[...state.active.values()].flatMap((ids) => [...ids]),
    ...(listed.get(lease.holder) ?? []),
  ]);
  const isLeft =
    [...active].some((id) => state.compromised.has(id) && !rules.held(id, at / 1000)) ||
    [...state.cuts.keys()].some((cut) => state.compromised.has(cut.split(' ')[1] ?? ''));
  const read = readAt.get(lease.holder) ?? at;
  // A cut that has stood for longer is left to the next run: the other scopes may take hours.
  const isOpen = (cut: { at: number; execution: string }) =>
    cut.execution === before.holder && cut.at < read && at - cut.at < AT_A_CUT;
  // A run that goes on cutting has an open cut at every instant. After an hour of that,
  // compromised anchors come first (I16).
  const isLong = at - (state.cuttingSince.get(before.holder) ?? at) > AN_HOUR;
  const isAtItsCut =
    lease.mode !== 'emergency' && !(isLong && isLeft) && [...state.cuts.values()].some(isOpen);
  if (
    !isCutting &&
    !isAtItsCut &&
    (lease.mode === 'emergency' || isLeft || isOutlasted(before.holder, { at: at / 1000, active }, context))
  )
    return [];
  return [{ kind: 'lease', at, what: `${lease.holder} took the lease of ${before.holder}, which runs` }];
}

/** After its soak a run makes its cuts, and the next sweep comes within a day. Seconds. */
const DAY = 86_400;

/**
 * Whether a run soaks while an anchor of `active` is due and expires before the next run would come. The
 * anchor counts where the run does not retire it, or has left a client on it. `at` is in Unix seconds.
 */
function isOutlasted(
  execution: string,
  { at, active }: { at: number; active: ReadonlySet<string> },
  { replay, rules, scenario }: JudgeContext,
): boolean {
  const { invocations, leaves } = replay.state;
  const isAnyLeftOn = (id: string) =>
    [...leaves.values()].some(
      ({ AWSCURRENT = null, AWSPENDING = null }) =>
        AWSPENDING !== null && AWSPENDING !== AWSCURRENT && rules.issuersOf(AWSCURRENT).includes(id),
    );
  const promoted = [...invocations.values()].findLast(
    (one) => one.execution === execution && one.step === 'promote',
  );
  if (!promoted) return false;
  const { plan } = promoted.input as { plan: Pick<Plan, 'successions'> };
  const own = new Set(plan.successions.map(({ retiring }) => retiring));
  const until = promoted.at / 1000 + scenario.policy.soak + DAY;
  return [...active].some(
    (id) =>
      (!own.has(id) || isAnyLeftOn(id)) &&
      !rules.held(id, at) &&
      rules.isDue(id, at + rules.TOLERANCE) &&
      (rules.anchor(id)?.expiresAt ?? until) < until,
  );
}
