import type { LoggedEvent } from '../../log/event-log.ts';
import type { Finding } from '../../log/findings.ts';
import { SECRET_TROUBLES } from '../../log/replaying/readable.ts';
import { isUnseenAndOver } from '../promises/compromise.ts';
import type { JudgeContext, Watch } from '../watch.ts';
import { createCutOffPlans } from './cut-off-plans.ts';
import { createLeftToLook } from './left-to-look.ts';
import { createPossibleCuts } from './possible-cuts.ts';

const [MINUTE, HOUR, DAY] = [60, 3_600, 86_400];

/**
 * Seconds. A line that has failed for `PATIENCE` takes turns with the rest, a day each (rule 3). `TURNS` has
 * a turn for each of the three such groups.
 */
const [PATIENCE, TURNS] = [3 * DAY, 3 * DAY];

/** Seconds that a look and the cut that it leads to may take, beside the time until the look comes. */
const AT_WORK = HOUR;

/** Events that may make a cut possible, or prevent it. */
const CHANGES: readonly LoggedEvent['what'][] = [
  ...(['trust', 'leaf', 'anchor', 'renamed', 'hold', 'compromised', 'trouble'] as const),
];

/** Events by which a run may have failed. The time until its next try counts from there. */
const MISHAPS: readonly LoggedEvent['what'][] = ['fault', 'failed', 'killed', 'trouble', 'hold'];

/** Errors that say nothing about the work: another run has it. */
const YIELDING = ['Busy', 'Superseded'];

const isEmergency = (request: unknown): request is { anchors: string[] } =>
  Object(request).mode === 'emergency';

/**
 * Whether a run takes up a cut that nobody has confirmed. Such a run comes before compromised
 * anchors, and is over soon (I10).
 */
const looksAfter = (successions: readonly { resumed?: boolean }[]): boolean =>
  successions.some(({ resumed }) => resumed);

/** Whether a trouble is more than one client's secret or API key, or one unreadable upload. */
const isForAll = (broken: string): boolean =>
  ![...SECRET_TROUBLES, 'revoked', 'unreadable'].includes(broken.split(' ')[0] ?? '');

/**
 * Judges I16 and rule 6: what an emergency had to leave is cut soon after it can be, whichever run has the
 * lease meanwhile. Looks come at gaps that grow with the time since the last emergency, then every day. A run
 * that somebody starts is such a look as well.
 */
export function createOncePossibleWatch(context: JudgeContext): Watch {
  const { replay, rules, scenario } = context;
  const lag = 1000 * (scenario.faultRates.propagation.listings + scenario.faultRates.skew + 1);
  /** Runs that cut compromised anchors, or lawfully leave them to the next run. */
  const cutting = new Set<string>();
  /**
   * Runs that have begun to plan and have not yet said what they do. One of them has the lease, and looks.
   */
  const planning = new Set<string>();
  /** When each run's plan began, in milliseconds. */
  const lookedAt = new Map<string, number>();
  /** Attempts that met a fault which may have kept them from setting the next look. */
  const hindered = new Set<number>();
  let [calmSince, lastNamedAt, lastLookAt] = [0, 0, 0];
  /** When an emergency last named each anchor, in milliseconds. */
  const namedAt = new Map<string, number>();
  /**
   * Whether the last run that rotated anything passed over compromised anchors.
   * No two runs in a row do (I17).
   */
  let wasPassedOver = false;
  /**
   * When holds were deployed, in milliseconds. No look waits for a deployment: a person who lifts a hold
   * starts a run, or the sweep finds it.
   */
  const heldAt = new Set<number>();
  /** When something last changed that has not been reviewed yet, in milliseconds. */
  let changedAt: number | null = null;
  const { review, found } = createPossibleCuts(context);
  const plans = createCutOffPlans();
  const left = createLeftToLook(context);

  /**
   * Returns findings where no run has come to look. Where a day may lie between two looks, the sweep looks,
   * and a seed may leave sweeps out.
   */
  function overdue(at: number): Finding[] {
    const isLate = (since: number): boolean => {
      if (heldAt.has(since)) return false;
      // An emergency looks itself, and the gaps grow anew from there.
      const from = Math.max(since, calmSince, lastLookAt, lastNamedAt);
      const gap = 5 * MINUTE + (from - lastNamedAt) / 1000;
      return gap < DAY && at - from > 1000 * (gap + AT_WORK);
    };
    return left.isAny() ? found(at, isLate, 'and no look came in time') : [];
  }

  /** Returns findings where a run has come and left a possible cut, and no other run makes it. */
  function ended(event: LoggedEvent & { what: 'ended' }): Finding[] {
    const { at, execution } = event;
    const looked = lookedAt.get(execution);
    if (looked === undefined || calmSince >= looked || cutting.has(execution)) return [];
    // Slow calls may keep a run from any look for as long as it is tried. The next run comes for it (rule 6).
    if (plans.isCutOff(event)) return [];
    const isAnothers = (one: string) => one !== execution && (cutting.has(one) || planning.has(one));
    if ([...replay.state.running].some(isAnothers)) return [];
    // An emergency that names the key again begins its time anew; nothing else does.
    const isStuck = (id: string): boolean =>
      ![...namedAt].some(([one, named]) => rules.sameKey(one, id) && looked - named <= 1000 * PATIENCE);
    const waits = (since: number, id: string) =>
      isStuck(id) && looked - Math.max(since, calmSince) < 1000 * TURNS;
    const isLate = (since: number, id: string) => since < looked - lag && !waits(since, id);
    return found(at, isLate, `which was possible when ${execution} looked`, looked);
  }

  const archivedNow = (): Set<string> =>
    new Set([...replay.state.archived].flatMap(([scope, { mended }]) => (mended ? [] : [scope])));

  function note(event: LoggedEvent): void {
    const { at, what } = event;
    plans.note(event);
    left.note(event);
    const isYielding = what === 'failed' && YIELDING.includes(event.error);
    if (MISHAPS.includes(what) && !isYielding) calmSince = at;
    if (CHANGES.includes(what)) changedAt = at;
    if (what === 'hold') heldAt.add(at);
    if (what === 'fault') {
      const isOfLooks = !event.call || ['lease', 'schedule'].includes(event.call.op);
      if (isOfLooks) hindered.add(event.invocation);
    }
    if (what === 'started' && isEmergency(event.request)) {
      // An emergency that names only what never existed is refused and forgotten, so no
      // look is counted from it (I15).
      if (event.request.anchors.some(replay.exists)) lastNamedAt = at;
      for (const id of event.request.anchors) namedAt.set(id, at);
      cutting.add(event.execution);
    }
    if (what === 'invoked' && event.step === 'plan' && !lookedAt.has(event.execution)) {
      lookedAt.set(event.execution, at);
      planning.add(event.execution);
    }
    // A run between a cut and its undo keeps the lease, and a look comes again within minutes (I10).
    const isAtACut = (): boolean => {
      const { holder = '' } = replay.state.lease ?? {};
      // A run that goes on cutting for more than an hour is taken over all the same.
      const isLong = at - (replay.state.cuttingSince.get(holder) ?? at) > 1000 * (HOUR + rules.TOLERANCE);
      return !isLong && [...replay.state.cuts.values()].some(({ execution }) => execution === holder);
    };
    if (what === 'failed' && event.error === 'Busy' && isAtACut()) cutting.add(event.execution);
    if (what !== 'returned' || !replay.state.running.has(event.execution)) return;
    const seen = replay.state.invocations.get(event.invocation);
    if (seen?.step !== 'plan') return;
    planning.delete(event.execution);
    const planned = replay.state.plans.get(event.execution)?.at(-1);
    lastLookAt = at;
    const { atOnce, decision, successions = [], isPassedOver = false } = Object(event.result);
    // A run that finds another at work sets no look for one that was stopped since.
    const isSet = decision !== 'busy' || left.isAny();
    // Every old upload that has expired may be active where nobody could look. The
    // sweep is soon enough for those.
    const isUnseen = (scope: string, id: string): boolean =>
      !seen.listed.has(scope) && isUnseenAndOver(id, scope, seen, context);
    const world = planned ?? { ...replay.state, archived: archivedNow() };
    left.look(isSet && !hindered.has(event.invocation) ? world : null, isUnseen);
    const isOver = isPassedOver && !wasPassedOver;
    if (atOnce || isOver || looksAfter(successions) || (decision === 'busy' && isAtACut()))
      cutting.add(event.execution);
    if (decision === 'rotate') wasPassedOver = isPassedOver;
  }

  function late(event: LoggedEvent): Finding[] {
    // Where every call takes a hundred times as long, nothing comes soon. A trouble that concerns
    // all calls has to be mended first.
    const isExcused = scenario.faultRates.pace > 10 || [...replay.state.broken].some(isForAll);
    return isExcused ? [] : [...overdue(event.at), ...(event.what === 'ended' ? ended(event) : [])];
  }

  return (event): Finding[] => {
    if (changedAt !== null && replay.state.compromised.size > 0) review(changedAt);
    changedAt = null;
    const findings = left.isAny() || event.what === 'ended' ? late(event) : [];
    note(event);
    return findings;
  };
}
