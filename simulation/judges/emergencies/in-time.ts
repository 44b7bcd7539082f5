import { ORGANIZATION, type Scope } from '../../../lambdas/domain/anchor.ts';
import { secondsOf } from '../../../lambdas/domain/instant.ts';
import type { LoggedEvent } from '../../log/event-log.ts';
import type { Finding } from '../../log/findings.ts';
import { pendingIn } from '../blocking/pending.ts';
import type { JudgeContext, TrustEvent, Watch } from '../watch.ts';
import { createDisturbances } from './disturbances.ts';

/**
 * Seconds: where nothing goes wrong, what can be proven is cut within `MINUTES` of the plan, and what is
 * left is tried again within `SOON`.
 */
const MINUTES = 30 * 60;
const SOON = 15 * 60;
/**
 * An emergency that another one keeps waiting comes again when that one ends. Where that end sets no time, it
 * comes this many seconds later at the latest.
 */
const LATEST = 3_600;

/** Errors that a person has to put right first. Another attempt would end in the same way. */
const REFUSED = [
  'UnknownAnchor',
  'UnknownProject',
  'UnknownClient',
  'InvalidRequest',
  'Aborted',
  'States.Timeout',
];

/**
 * Judges rule 6: an emergency cuts every scope that can be proven within minutes, and what it leaves
 * is tried again within minutes.
 */
export function createInTimeWatch(context: JudgeContext): Watch {
  const { replay, rules, scenario } = context;
  const disturbances = createDisturbances(context);
  /** Executions that could not reach the schedule, the lease or the table. */
  const hindered = new Set<string>();
  /** When an emergency began to free the lease, and when each run last began to plan, in milliseconds. */
  const freedAt = new Map<string, number>();
  const plannedAt = new Map<string, number>();
  let next: string | null = null;
  /**
   * Runs of which Release has written down the outcome. For any other run, a look after
   * its end schedules the next (I11).
   */
  const released = new Set<string>();
  const looking = new Set<string>();
  let afterDeath: { execution: string; by: number; finding: Finding }[] = [];

  /** Whether another run is at work, or comes within so many seconds of a moment (Unix seconds). */
  function isLookedAt(execution: string, from: number, within: number, isBusy = false): boolean {
    const freed = freedAt.get(execution) ?? 1000 * from;
    const isTakenUp = [...plannedAt].some(([one, since]) => one !== execution && since >= freed);
    // The run that kept this one from the lease may be stopped before it has come to its end.
    const isOthers = !isBusy && [...replay.state.running].some((one) => one !== execution);
    return isTakenUp || isOthers || (next !== null && secondsOf(next) <= from + within);
  }

  /** Returns the findings of runs that died and for which no other run has come by now (Unix seconds). */
  function late(now: number): Finding[] {
    const over = afterDeath.filter(({ by }) => by < now);
    afterDeath = afterDeath.filter((one) => !over.includes(one));
    return over
      .filter(({ execution, by }) => !isLookedAt(execution, by, SOON))
      .filter(({ execution }) => !hindered.has(execution) && !looking.has(execution))
      .map(({ finding }) => finding);
  }

  const namedBy = (execution: string): string[] | null => {
    const { mode, anchors = [] } = Object(replay.state.requests.get(execution));
    return mode === 'emergency' ? anchors : null;
  };
  const isCalm = (execution: string, scope: Scope) =>
    disturbances.isCalm(execution, scope) && scenario.faultRates.pace <= 10;

  /**
   * Whether somebody had made the anchor active so late that the run's last listing of the
   * scope did not have to show it.
   */
  function isUnshown(execution: string, { scope, retiring }: { scope: Scope; retiring: string }): boolean {
    const { activatedAt, broughtInAt, invocations } = replay.state;
    const own = [...invocations.values()].filter((seen) => seen.execution === execution);
    const listedAt = Math.max(...own.map(({ listed }) => listed.get(scope) ?? Number.NEGATIVE_INFINITY));
    const key = `${scope} ${retiring}`;
    const since = Math.max(activatedAt.get(key) ?? 0, broughtInAt.get(key) ?? 0);
    return Number.isFinite(listedAt) && since > listedAt - 1000 * scenario.faultRates.propagation.listings;
  }

  function cut({ at, by, scope, anchorIds }: TrustEvent): Finding[] {
    const execution = typeof by === 'object' ? by.execution : '';
    const began = disturbances.plannedAt(execution);
    if (
      began === undefined ||
      !namedBy(execution) ||
      !isCalm(execution, scope) ||
      at - began <= 1000 * MINUTES
    )
      return [];
    const after = Math.round((at - began) / 60_000);
    return [
      {
        kind: 'emergencyLate',
        at,
        what: `${anchorIds.join(' ')} was cut in ${scope} ${after} minutes after ${execution} had planned it`,
      },
    ];
  }

  function ended({ at, execution, error }: LoggedEvent & { what: 'ended' }): Finding[] {
    const named = namedBy(execution);
    if (!named || REFUSED.includes(error ?? '')) return [];
    const now = at / 1000;
    const isNamed = (id: string) => named.some((one) => rules.sameKey(one, id));
    const freedAfter = (disturbances.plannedAt(execution) ?? at) / 1000;
    const left = pendingIn(context, now, { dueBy: 0, freedAfter, by: execution }).filter(
      ({ retiring, provable }) => provable && isNamed(retiring),
    );
    const standing = [ORGANIZATION, ...scenario.projects].flatMap((scope) =>
      [...replay.activeIn(scope)].filter((id) => isNamed(id) && !rules.held(id, now)),
    );
    const within = error === 'Busy' ? LATEST + scenario.faultRates.skew : SOON;
    const isSeenTo = isLookedAt(execution, now, within, error === 'Busy');
    const said = (what: string): Finding => ({ kind: 'emergencyLate', at, what });
    // Nobody can see what is active in an archived project.
    const isArchived = (scope: string) => replay.state.archived.get(scope)?.mended === false;
    const alone = said(
      `${execution} ended with ${error} and left ${standing.join(' ')}, and no other run comes in time`,
    );
    const isAlone = error !== null && standing.length > 0 && !isSeenTo && !hindered.has(execution);
    const isDead = !released.has(execution);
    if (isAlone && isDead) afterDeath.push({ execution, by: now + SOON, finding: alone });
    return [
      ...(error === 'Busy' ? [] : left)
        .filter(({ scope }) => isCalm(execution, scope) && !isArchived(scope))
        // The next run cuts anchors that this run itself has freed, and those that no listing showed it yet.
        .filter((one) => !(isSeenTo && (one.freed || isUnshown(execution, one))))
        .map(({ retiring, scope, successor }) =>
          said(`${execution} left ${retiring} in ${scope}, though ${successor} could succeed it`),
        ),
      ...(isAlone && !isDead ? [alone] : []),
    ];
  }

  function hinder(event: LoggedEvent): void {
    if (
      event.what === 'fault' &&
      // The steps after a halt are tried for longer than Lambda is throttled.
      event.fault !== 'the step was not run' &&
      (!event.call || ['schedule', 'lease', 'journal', 'manifest'].includes(event.call.op))
    )
      hindered.add(event.execution);
  }

  return (event) => {
    const found = late(event.at / 1000);
    disturbances.note(event);
    hinder(event);
    // A second attempt finds the lease free already, so the first one counts.
    if (event.what === 'invoked' && event.step === 'release' && !freedAt.has(event.execution))
      freedAt.set(event.execution, event.at);
    if (event.what === 'invoked' && event.step === 'plan') plannedAt.set(event.execution, event.at);
    if (event.what === 'schedule') next = event.next;
    if (event.what === 'recorded' && event.entry.event === 'ended') released.add(event.entry.execution);
    if (event.what === 'invoked' && event.state === 'After a run that died') looking.add(event.execution);
    if (event.what === 'returned' || event.what === 'failed') looking.delete(event.execution);
    if (event.what === 'trust' && !event.active) return [...found, ...cut(event)];
    return event.what === 'ended' ? [...found, ...ended(event)] : found;
  };
}
