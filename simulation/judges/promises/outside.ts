import { ORGANIZATION } from '../../../lambdas/domain/anchor.ts';
import type { Plan } from '../../../lambdas/domain/plan-document/plan.ts';
import type { EventLog } from '../../log/event-log.ts';
import type { Finding } from '../../log/findings.ts';
import type { JudgeContext } from '../watch.ts';

/**
 * Judges I10 and I11: in the end no client is outside because of a cut of ours that was neither confirmed
 * nor undone, unless a run says so.
 */
export function judgeOutside(eventLog: EventLog, context: JudgeContext): Finding[] {
  const { scenario, replay, rules } = context;
  const last = eventLog.findLast((event) => event.what === 'ended');
  // The cause names only the first of many, so go by the plan.
  const plans = eventLog.flatMap((event) =>
    event.what === 'returned' && event.execution === last?.execution ? [event] : [],
  );
  const planned = plans.filter(({ invocation }) => replay.state.invocations.get(invocation)?.step === 'plan');
  const blocked = new Set(
    planned.flatMap(({ result }) => (result as Plan).blocked.map(({ anchor }) => anchor)),
  );
  return [...replay.state.cuts].flatMap(([key, cut]): Finding[] => {
    const [scope = '', retiring = ''] = key.split(' ');
    // Somebody emptied the scope, so putting anything back would turn enforcement on (I3).
    if (replay.activeIn(scope).size === 0 && replay.activeIn(ORGANIZATION).size === 0) return [];
    // The anchor has been deleted since, which was said once: nothing can be put back any more.
    if (!replay.exists(retiring) && !replay.state.written.has(key)) return [];
    // A plan names it as blocked, so somebody has been told.
    if (blocked.has(retiring)) return [];
    if (isOverByOthers(key, context)) return [];
    const outside = rules
      .reaching(scope)
      .filter(({ name, project }) => isOutside(name, project, context))
      .filter(({ name }) => (replay.state.outsiderAt.get(name) ?? 0) <= cut.at)
      .filter(({ name }) => couldBeHelped(name, retiring, context));
    return outside.map(({ name }) => ({
      kind: 'unfinished',
      at: scenario.end * 1000,
      what: `${name} is outside since ${retiring} was cut in ${scope}, and nobody confirmed or undid that`,
    }));
  });
}

/**
 * Whether a client that is outside is somebody else's affair. When the cut was struck off, its
 * anchor was deleted or mutual TLS was off there, so nothing was left to confirm or to undo.
 * Somebody has changed trust there since.
 */
function isOverByOthers(key: string, { replay }: JudgeContext): boolean {
  const [scope = '', retiring = ''] = key.split(' ');
  const { struck, outsiderAt } = replay.state;
  const over = struck.get(key);
  if (!over || (replay.exists(retiring) && !over.isOff)) return false;
  return [scope, ORGANIZATION].some((changed) => (outsiderAt.get(changed) ?? 0) > over.at);
}

function isOutside(client: string, project: string, { replay, rules, scenario }: JudgeContext): boolean {
  const current = replay.state.leaves.get(client)?.AWSCURRENT ?? null;
  return !rules.accepted(current, replay.trusted(project), scenario.end);
}

/**
 * Whether some anchor that the client's leaf leads to could lawfully be made active there: the one that
 * was cut, or what may succeed it.
 */
function couldBeHelped(client: string, retiring: string, { replay, rules, scenario }: JudgeContext): boolean {
  const { compromised, leaves } = replay.state;
  return rules
    .chainOf(leaves.get(client)?.AWSCURRENT ?? null)
    .filter(
      (id) =>
        replay.exists(id) &&
        !compromised.has(id) &&
        !rules.held(id, scenario.end) &&
        rules.isValid(id, scenario.end),
    )
    .some(
      (id) =>
        id === retiring ||
        rules.mayReplace(retiring, id, scenario.end, {
          asStopgap: true,
          isUrgent: compromised.has(retiring),
        }),
    );
}
