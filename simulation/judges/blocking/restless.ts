import { instant, secondsOf } from '../../../lambdas/domain/instant.ts';
import type { LoggedEvent } from '../../log/event-log.ts';
import type { Finding } from '../../log/findings.ts';
import type { JudgeContext, Watch } from '../watch.ts';

/** A run that comes within this many seconds of another comes right after it. */
const SOON = 900;

/** A run that takes longer than this has soaked, in seconds. */
const LONG = 6 * 3_600;

/** No run is set to come sooner than this many seconds after it was set. */
const SOONEST = 300;

const EPOCH = instant(0);

/**
 * A gap has to be this many times as long as the one before to count as growing:
 * a run tries again, ever later.
 */
const GROWTH = 1.25;

/**
 * Judges rule 6: a run comes right after another because something waits for it. Two such runs in a
 * row that change nothing waited for nothing, unless the gaps grow. Where something was broken or
 * mended in between, the gaps begin anew.
 */
export function createRestlessWatch({ replay, scenario }: JudgeContext): Watch {
  /** Executions that changed something, or met a fault that may have kept them from it. */
  const busy = new Set<string>();
  /**
   * `set`: the execution that set the schedule, and whether the next run comes right after it. `fired`: the
   * same for the schedule that has just started a run.
   */
  let set: { by: string; soon: boolean } | null = null;
  let fired: { by: string; soon: boolean } | null = null;
  /** Executions that a schedule started right after another, by the one that set it. */
  const startedBy = new Map<string, string>();
  /**
   * How long after each execution the next was to come, in seconds. The gap counts from the execution's
   * beginning, since slow steps take from it. It counts from when it was set where the run's end set it,
   * or the run has soaked meanwhile.
   */
  const gaps = new Map<string, number>();
  /**
   * The least gap that may have been planned, where slow steps have put the next run
   * off to the soonest possible time.
   */
  const leastGaps = new Map<string, number>();
  /** Executions whose plan says when something that only waits for time may go on. */
  const timed = new Set<string>();
  /** When each plan has said that what it leaves is to be tried again, in Unix seconds. */
  const left = new Map<string, number>();
  /** Executions that had begun when something was broken or mended. */
  const troubled = new Set<string>();

  function noted(event: LoggedEvent): void {
    if (event.what === 'returned' && isTimed(event.result)) timed.add(event.execution);
    if (event.what === 'returned') {
      const { leftAgainAt } = Object(event.result) as { leftAgainAt?: string };
      if (leftAgainAt !== undefined) left.set(event.execution, secondsOf(leftAgainAt));
    }
    if ('by' in event && typeof event.by === 'object' && (event.what === 'trust' || event.what === 'leaf'))
      busy.add(event.by.execution);
    // A run that has confirmed a cut has changed something: the next goes on to something else.
    if (event.what === 'called' && event.call.action === 'dynamodb:DeleteItem' && isOfCut(event.call.about))
      busy.add(event.execution);
    if (event.what === 'fault' || event.what === 'killed') busy.add(event.execution);
    // A run that is at work may have looked before that.
    if (event.what === 'trouble')
      for (const execution of [...gaps.keys(), ...replay.state.running]) troubled.add(execution);
    // An outsider's change is a reason to look again, and so is what an emergency names, even by a wrong id.
    const isOthers = 'by' in event && event.by === 'outsider' && event.what !== 'schedule';
    if (isOthers || event.what === 'compromised')
      for (const execution of replay.state.running) busy.add(execution);
  }

  function scheduled({ at, by, next }: LoggedEvent & { what: 'schedule' }): Finding[] {
    if (typeof by === 'string') {
      fired = set;
      set = null;
      return [];
    }
    const { execution, invocation } = by;
    const then = next === null ? Number.POSITIVE_INFINITY : secondsOf(next);
    const began = (replay.state.startedAt.get(execution) ?? 0) / 1000;
    // A next run no sooner than the plan has said counts from the plan,
    // whatever time the run has taken since.
    const from = then >= (left.get(execution) ?? Number.POSITIVE_INFINITY) ? began : at / 1000;
    const soon = then - from < SOON;
    const isEnd = replay.state.invocations.get(invocation)?.step === 'release';
    const gap = then - (at / 1000 - began < SOON && !isEnd ? began : from);
    set = { by: execution, soon };
    const isPutOff = then - at / 1000 <= SOONEST + scenario.faultRates.skew;
    gaps.set(execution, gap);
    if (isPutOff) leastGaps.set(execution, Math.min(gap, then - at / 1000));
    const before = startedBy.get(execution);
    // The first run may have been needed by what was there before it, such as an emergency that took over.
    if (!soon || before === undefined || !startedBy.has(before)) return [];
    if (timed.has(execution) || busy.has(execution) || busy.has(before) || troubled.has(before)) return [];
    // A run that soaks has not waited for nothing yet, and a run that has soaked
    // came long after the one before.
    if (replay.state.running.has(before) || at / 1000 - began > LONG) return [];
    // Until then calls of a run that was taken over may land, whatever was found a moment ago (I15),
    // so another look comes for them.
    if (at / 1000 < secondsOf(replay.state.lease?.lateUntil ?? EPOCH)) return [];
    // Where the run before was put off and this one was not, the gap has to grow from
    // what may have been planned then.
    const gapBefore = (isPutOff ? undefined : leastGaps.get(before)) ?? gaps.get(before) ?? 0;
    // Each step has its own clock: the step of the halt from which gaps grow, and this one's, by which it counts
    // both from there and onwards.
    if (gap + 3 * scenario.faultRates.skew >= GROWTH * gapBefore) return [];
    return [
      {
        kind: 'restless',
        at,
        what: `${execution} came right after ${before}, and neither changed anything: yet another is to come at ${next}`,
      },
    ];
  }

  return (event) => {
    noted(event);
    if (event.what === 'schedule') return scheduled(event);
    if (event.what === 'started') {
      if (fired?.soon) startedBy.set(event.execution, fired.by);
      fired = null;
    }
    return [];
  };
}

/** Whether a call is about a cut that nobody has confirmed yet. */
const isOfCut = (about: string | undefined): boolean => about?.startsWith('cut ') === true;

const isTimed = (result: unknown): boolean => {
  const { blocked = [] } = Object(result) as { blocked?: readonly { readyAt?: number }[] };
  return Array.isArray(blocked) && blocked.some(({ readyAt }) => readyAt !== undefined);
};
