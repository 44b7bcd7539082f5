import type { Plan } from '../../lambdas/domain/plan-document.ts';
import type { LoggedEvent } from '../log/event-log.ts';
import type { Finding } from '../log/findings.ts';
import type { InvocationRecord } from '../log/invocation-record.ts';
import type { Replay } from '../log/replay.ts';
import type { JudgeContext, Watch } from './watch.ts';

/** Holds one change to I12: asked right before, with the lease, and for this one change. */
export function judgeClaim(
  seen: InvocationRecord | undefined,
  change: { at: number; what: string },
  { state }: Replay,
): { finding: Finding[]; window: boolean } {
  const demands = seen?.demands ?? [];
  // The client of an adapter may have asked twice for the same.
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
  // For anything else the claim is used up.
  if (demand.used !== null && demand.used !== change.what)
    return wrong(`one claim for it and ${demand.used}`);
  const window = demand.used !== null || state.lease?.holder !== seen.execution || state.lease.released;
  demand.used = change.what;
  return { finding: [], window };
}

/** I16: whoever takes the lease from a live rotation in any case waits for nobody's word on whether that one is at work. */
export function createWordWatch({ replay: { state } }: JudgeContext): Watch {
  /** Attempts that were given no such word. */
  const untold = new Set<number>();
  return (event): Finding[] => {
    if (event.what === 'fault' && event.call?.op === 'executions') untold.add(event.invocation);
    if (event.what !== 'failed' || event.error !== 'LeaseUnavailable' || !untold.has(event.invocation))
      return [];
    const { mode } = Object(state.requests.get(event.execution));
    // What tells of a run that has died takes nothing.
    if (state.invocations.get(event.invocation)?.step !== 'plan') return [];
    if (mode !== 'emergency' || state.lease?.mode === 'emergency') return [];
    const what = `${event.execution} waits to be told whether ${state.lease?.holder} runs, and takes over from it in any case`;
    return [{ kind: 'emergencyLate', at: event.at, what }];
  };
}

/**
 * Holds a new lease to I12 and I10: a live rotation loses it to an emergency only, to a run that cuts what one has left, or while it soaks to one for
 * what would expire before that is over. Neither of the first two loses it to the others, nor does one that has made a cut which it has neither confirmed
 * nor undone. An emergency loses it to nobody.
 */
export function createTakingWatch(context: JudgeContext): Watch {
  /** When each run last read which cuts nobody has confirmed. */
  const readAt = new Map<string, number>();
  /** What was active somewhere when each run began to look: what somebody deactivates before it takes the lease it may have listed. */
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

/** How long a scope may be between its cut and the end of its undo, in milliseconds, by the clocks of two steps. */
const AT_A_CUT = 2 * 3_600_000 - 600_000;

/** For how long what is compromised lets a rotation go on cutting, in milliseconds, by the clocks of two steps. */
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
  // A cut of what is compromised that nobody has confirmed is left as well: clients may be outside for it (I10).
  const active = new Set([
    ...[...state.active.values()].flatMap((ids) => [...ids]),
    ...(listed.get(lease.holder) ?? []),
  ]);
  const isLeft =
    [...active].some((id) => state.compromised.has(id) && !rules.held(id, at / 1000)) ||
    [...state.cuts.keys()].some((cut) => state.compromised.has(cut.split(' ')[1] ?? ''));
  const read = readAt.get(lease.holder) ?? at;
  // One that stands is left to the next run: other scopes may take for hours.
  const isOpen = (cut: { at: number; execution: string }) =>
    cut.execution === before.holder && cut.at < read && at - cut.at < AT_A_CUT;
  // Whoever goes on cutting has a cut open at every instant: after an hour of that what is compromised comes first (I16).
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

/** A run that has soaked makes its cuts, and the sweep after it comes within a day, in seconds. */
const DAY = 86_400;

/**
 * Whether a run soaks, and something of what is `active` that it does not retire, or of which it has left somebody, is due and expires before the next one
 * would come. `at` in Unix seconds.
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
