import { ORGANIZATION, type Scope } from '../../../lambdas/domain/anchor.ts';
import { secondsOf } from '../../../lambdas/domain/instant.ts';
import type { LoggedEvent } from '../../log/event-log.ts';
import type { Finding } from '../../log/findings.ts';
import { pendingIn } from '../convergence.ts';
import type { JudgeContext, TrustEvent, Watch } from '../watch.ts';

/** Where nothing goes wrong, an emergency has cut whatever can be proven within this time, and is tried again within it. Seconds. */
const MINUTES = 30 * 60;
const SOON = 15 * 60;

/** What a person has to put right first: to try that again is to be refused again. */
const REFUSED = [
  'UnknownAnchor',
  'UnknownProject',
  'UnknownClient',
  'InvalidRequest',
  'Aborted',
  'States.Timeout',
  'Busy',
];

/** Rule 6: an emergency cuts every scope that can be proven within minutes, and what it leaves is tried again within minutes. */
export function createInTimeWatch(context: JudgeContext): Watch {
  const { replay, rules, scenario } = context;
  /** Scopes in which an emergency met a fault, `execution scope`: that holds up no other (I16). */
  const disturbedIn = new Set<string>();
  /** Emergencies that met a fault outside any scope, or beside which somebody changed something. */
  const disturbed = new Set<string>();
  /** Invocations in which a call about one scope went wrong. */
  const excused = new Set<number>();
  /** Those that could not reach the schedule or the table. */
  const hindered = new Set<string>();
  /** When an emergency began to free the lease, and when another run last began to plan. */
  const freedAt = new Map<string, number>();
  const plannedAt = new Map<string, number>();
  let next: string | null = null;

  const namedBy = (execution: string): string[] | null => {
    const { mode, anchors = [] } = Object(replay.state.requests.get(execution));
    return mode === 'emergency' ? anchors : null;
  };
  const isCalm = (execution: string, scope: Scope) =>
    !disturbed.has(execution) && !disturbedIn.has(`${execution} ${scope}`) && scenario.faultRates.pace <= 10;

  function cut({ at, by, scope, anchorIds }: TrustEvent): Finding[] {
    const execution = typeof by === 'object' ? by.execution : '';
    const began = replay.state.startedAt.get(execution);
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
        what: `${anchorIds.join(' ')} was cut in ${scope} ${after} minutes after ${execution} began`,
      },
    ];
  }

  function ended({ at, execution, error }: LoggedEvent & { what: 'ended' }): Finding[] {
    const named = namedBy(execution);
    if (!named || REFUSED.includes(error ?? '')) return [];
    const now = at / 1000;
    const isNamed = (id: string) => named.some((one) => rules.sameKey(one, id));
    const left = pendingIn(context, now, 0).filter(({ retiring, provable }) => provable && isNamed(retiring));
    const standing = [ORGANIZATION, ...scenario.projects].flatMap((scope) =>
      [...replay.activeIn(scope)].filter((id) => isNamed(id) && !rules.held(id, now)),
    );
    const isNext = next !== null && secondsOf(next) <= now + SOON;
    const freed = freedAt.get(execution) ?? at;
    const isTakenUp = [...plannedAt].some(([one, since]) => one !== execution && since >= freed);
    const isLookedAt = isNext || isTakenUp || [...replay.state.running].some((one) => one !== execution);
    const said = (what: string): Finding => ({ kind: 'emergencyLate', at, what });
    return [
      ...left
        .filter(({ scope }) => isCalm(execution, scope))
        .map(({ retiring, scope, successor }) =>
          said(`${execution} left ${retiring} in ${scope}, though ${successor} could succeed it`),
        ),
      ...(error !== null && standing.length > 0 && !isLookedAt && !hindered.has(execution)
        ? [
            said(
              `${execution} ended with ${error} and left ${standing.join(' ')}, and no other run comes within minutes`,
            ),
          ]
        : []),
    ];
  }

  function disturb(event: LoggedEvent): void {
    if (event.what === 'killed') disturbed.add(event.execution);
    // Where one scope's call went wrong, the step that made it fails for that.
    if (event.what === 'failed' && excused.has(event.invocation)) return;
    if (event.what === 'fault' || event.what === 'failed') {
      const own = replay.state.invocations.get(event.invocation)?.scope;
      // What one project's listing comes to while this is planned is that project's fault.
      const about = event.what === 'fault' ? event.call?.scope : undefined;
      const scope = own ?? (about === ORGANIZATION ? undefined : about);
      if (scope === undefined) disturbed.add(event.execution);
      else {
        disturbedIn.add(`${event.execution} ${scope}`);
        excused.add(event.invocation);
      }
    }
    if (
      event.what === 'fault' &&
      (!event.call || ['schedule', 'lease', 'journal', 'manifest'].includes(event.call.op))
    )
      hindered.add(event.execution);
    const by = 'by' in event && event.what !== 'schedule' ? event.by : undefined;
    if (by === 'outsider' || event.what === 'trouble' || event.what === 'hold' || event.what === 'started')
      for (const execution of replay.state.running) disturbed.add(execution);
    // A call of the run that was taken over may land late: the run after this one looks for that.
    if (event.what === 'trust' && typeof by === 'object')
      for (const execution of replay.state.running) if (execution !== by.execution) disturbed.add(execution);
  }

  return (event) => {
    disturb(event);
    // A second attempt finds the lease free already.
    if (event.what === 'invoked' && event.step === 'release' && !freedAt.has(event.execution))
      freedAt.set(event.execution, event.at);
    if (event.what === 'invoked' && event.step === 'plan') plannedAt.set(event.execution, event.at);
    if (event.what === 'schedule') next = event.next;
    if (event.what === 'trust' && !event.active) return cut(event);
    return event.what === 'ended' ? ended(event) : [];
  };
}
