import type { ScopeVerdict } from '../../../lambdas/domain/document.ts';
import { instant, secondsOf } from '../../../lambdas/domain/instant.ts';
import type { Plan } from '../../../lambdas/domain/plan-document/plan.ts';
import { type LoggedEvent, STOPPED } from '../../log/event-log.ts';
import type { Finding } from '../../log/findings.ts';
import type { JudgeContext, Watch } from '../watch.ts';

/**
 * The unfinished work of a run that was ended from outside, and by when another run has
 * to see to it, in Unix seconds.
 */
type Left = { execution: string; by: number; what: string; open: readonly string[] };

/** Seconds within which another run has to be under way or scheduled, each with its own clock. */
const WITHIN = 900;
/** The longest wait until that scheduled run comes, in seconds (rule 6). */
const LATEST = 3_600;

/**
 * Judges I11 and I16: a run that is ended from outside schedules nothing itself. Where it leaves an
 * unconfirmed cut, or something compromised, another run comes within minutes all the same. After `windlass
 * stop` it need not, unless the run had come for a cut of an earlier run and leaves it as it was.
 */
export function createDeadRunsWatch({ replay, scenario }: JudgeContext): Watch {
  let pending: Left[] = [];
  let next: string | null = null;
  /**
   * Runs that `windlass stop` has ended. Where another cause ends a run while the command waits, nobody has
   * been told what the run leaves.
   */
  const stopped = new Set<string>();
  const dead = new Set<string>();
  /**
   * Where an undo has left a cut standing on purpose, as of what has expired or of a leaf that still gets in:
   * `execution scope`. No other run comes for it.
   */
  const standing = new Set<string>();
  /** The cuts of earlier runs that each run's plan has taken up: `scope anchor`. */
  const takenUp = new Map<string, ReadonlySet<string>>();
  /** Runs whose outcome Release has written down. */
  const released = new Set<string>();
  /**
   * Dead runs none of whose looks has come to its end, since something befell each look or each of its calls
   * takes minutes. They are left to the sweep.
   */
  const unanswered = new Set<string>();
  /**
   * Looks after dead runs by their invocations, and whether something has befallen each. A look
   * that fails by itself is no excuse.
   */
  const looks = new Map<number, boolean>();

  function leftAtDeath(execution: string, at: number): Left[] {
    const { cuts, compromised } = replay.state;
    const isStanding = (key: string) => standing.has(`${execution} ${key.split(' ')[0]}`);
    const isTakenUp = (key: string) => takenUp.get(execution)?.has(key) === true;
    const isOwn = ([key, cut]: [string, { execution: string }]) =>
      cut.execution === execution || isTakenUp(key);
    const own = [...cuts].filter(isOwn).map(([key]) => key);
    const open = own.filter((key) => (stopped.has(execution) ? isTakenUp(key) : !isStanding(key)));
    const named = stopped.has(execution) ? [] : compromised.keys();
    return leftBy(execution, at, { open, left: [...open, ...named] });
  }

  /** Whether a run that has the lease has planned since all of that was named, and no cut is left open. */
  function hasSeen(execution: string, { open, ...left }: Left): boolean {
    const { lease, plans, compromised } = replay.state;
    const planned = plans.get(execution)?.[0]?.at ?? 0;
    const isAnothers = left.execution !== execution && lease?.holder === execution;
    return isAnothers && open.length === 0 && [...compromised.values()].every((at) => at < planned);
  }

  function leftBy(execution: string, at: number, { open, left }: { open: string[]; left: string[] }): Left[] {
    // The run that has taken the lease since has seen to what was left by then.
    const { lease, startedAt } = replay.state;
    const isTaken =
      lease &&
      lease.holder !== execution &&
      secondsOf(lease.takenAt) * 1000 > (startedAt.get(execution) ?? 0);
    if (left.length === 0 || isTaken) return [];
    return [{ execution, by: at / 1000 + WITHIN + scenario.faultRates.skew, what: left.join(', '), open }];
  }

  const stepOf = (invocation: number) => replay.state.invocations.get(invocation)?.step;

  const isInTime = ({ by }: Pick<Left, 'by'>): boolean => next !== null && secondsOf(next) <= by + LATEST;

  /**
   * Whether a step of a dead run sets the schedule, in a call made before the run died. The event that tells
   * of a death calls Release alone.
   */
  const isLateCall = ({ by }: LoggedEvent & { what: 'schedule' }): boolean =>
    typeof by === 'object' && dead.has(by.execution) && stepOf(by.invocation) !== 'release';

  /** Returns what no run has seen to by now: none is at work, and none comes within the hour. */
  function late(at: number): Finding[] {
    const over = pending.filter(({ by }) => by < at / 1000);
    pending = pending.filter((one) => !over.includes(one));
    // Where every call takes a hundred times as long, nothing comes soon.
    if (replay.state.running.size > 0 || scenario.faultRates.pace > 10) return [];
    // A step of the dead run may have confirmed its cut meanwhile.
    const isStillLeft = ({ open }: Left) =>
      replay.state.compromised.size > 0 || open.some((key) => replay.state.cuts.has(key));
    return over.filter(isStillLeft).flatMap(({ execution, by, what }) => {
      // The Release of a run that was stopped during it goes on, and has set what it had to.
      if (released.has(execution) || unanswered.has(execution) || isInTime({ by })) return [];
      const told = `${execution} was ended from outside and left ${what}, and the next run is set to ${next}, not by ${instant(by + LATEST)}`;
      return [{ kind: 'schedule', at, what: told }];
    });
  }

  return (event) => {
    const { at } = event;
    const found = late(at);
    if (event.what === 'schedule') {
      // A late call of the dead run has overwritten the time that has been set since.
      if (isLateCall(event)) pending = pending.filter((one) => !isInTime(one));
      next = event.next;
    }
    // A step of the dead run is at work, and knows when what it leaves is tried again. The same holds for
    // another run that was at work all the while.
    if (event.what === 'schedule' && typeof event.by === 'object') {
      const { execution, invocation } = event.by;
      pending = pending.filter((one) => !hasSeen(execution, one));
      const isLook = stepOf(invocation) === 'release';
      if (!isLook) pending = pending.filter((one) => one.execution !== execution);
    }
    if (event.what === 'invoked' && event.step === 'conclude-scope') {
      const { phase, verdict } = Object(event.input) as { phase: string; verdict: ScopeVerdict };
      const isLeftOnPurpose = verdict.verdict === 'halted' && verdict.undone !== true;
      if (phase === 'cut' && isLeftOnPurpose) standing.add(`${event.execution} ${verdict.scope}`);
    }
    if (event.what === 'returned' && event.heard && stepOf(event.invocation) === 'plan')
      takenUp.set(event.execution, cutsIn(event.result as Plan));
    if (event.what === 'invoked' && event.state === 'After a run that died') {
      looks.set(event.invocation, false);
      unanswered.add(event.execution);
    }
    if (event.what === 'fault' && looks.has(event.invocation)) looks.set(event.invocation, true);
    const isOver =
      event.what === 'returned' || (event.what === 'failed' && looks.get(event.invocation) === false);
    if (isOver && looks.has(event.invocation)) unanswered.delete(event.execution);
    if (event.what === 'killed' && event.why === STOPPED) stopped.add(event.execution);
    // The next run goes on with it. A fault that hinders the look after a dead run leaves it to the sweep.
    if (event.what === 'started') pending = [];
    if (event.what === 'fault') pending = pending.filter(({ execution }) => execution !== event.execution);
    if (event.what === 'recorded' && event.entry.event === 'ended') released.add(event.entry.execution);
    if (event.what === 'ended' && event.error !== null && !released.has(event.execution)) {
      dead.add(event.execution);
      pending.push(...leftAtDeath(event.execution, at));
    }
    // Nobody ends the functions that a dead run has called. One of them may make a cut of which
    // nothing was known when the run died.
    if (
      event.what === 'trust' &&
      !event.active &&
      typeof event.by === 'object' &&
      dead.has(event.by.execution)
    ) {
      const { invocation, execution } = event.by;
      const cuts = event.anchorIds.map((id) => `${event.scope} ${id}`);
      const isCut = stepOf(invocation) === 'deactivate';
      if (isCut && !stopped.has(execution))
        pending.push(...leftBy(execution, at, { open: cuts, left: cuts }));
    }
    return found;
  };
}

/** The cuts of earlier runs that a plan finishes: `scope anchor`. */
const cutsIn = ({ waves }: Plan): ReadonlySet<string> =>
  new Set(
    waves.flatMap(({ scopes }) =>
      scopes.flatMap(({ scope, successions }) =>
        successions.flatMap(({ retiring, cutBefore }) => (cutBefore ? [`${scope} ${retiring}`] : [])),
      ),
    ),
  );
