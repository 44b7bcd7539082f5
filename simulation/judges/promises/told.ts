import { ORGANIZATION } from '../../../lambdas/domain/anchor.ts';
import type { Plan } from '../../../lambdas/domain/plan-document/plan.ts';
import type { EventLog } from '../../log/event-log.ts';
import type { Finding } from '../../log/findings.ts';
import { failingIn } from '../blocking/beyond-help.ts';
import { mayGoOn } from '../blocking/going-on.ts';
import type { JudgeContext } from '../watch.ts';

/**
 * Judges I13: the last plan of the seed tells of every anchor that is due and stays active, as
 * what it rotates or as blocked.
 */
export function judgeTold(eventLog: EventLog, context: JudgeContext): Finding[] {
  const { replay, scenario } = context;
  const plans = eventLog.flatMap((event) => {
    if (event.what !== 'returned' || !event.heard) return [];
    const step = replay.state.invocations.get(event.invocation)?.step;
    const plan = event.result as Plan;
    return step === 'plan' && plan.decision !== 'busy' ? [{ at: event.at, plan }] : [];
  });
  const last = plans.at(-1);
  // An emergency's plan tells of nothing else, and the next sweep comes after the seed's end.
  if (!last || last.plan.mode === 'emergency' || last.at / 1000 < scenario.calm) return [];
  const { at, plan } = last;
  // Something due may fail for a client whose key is revoked for good, or that a filter keeps out. Then runs
  // end red, and what could go on takes turns by day.
  const isRed = eventLog.findLast((event) => event.what === 'ended')?.error !== null;
  const isByTurns = isRed && failingIn(at / 1000, context).length > 0;
  const said = new Set([
    ...plan.successions.map(({ retiring }) => retiring),
    ...plan.blocked.map(({ anchor }) => anchor),
  ]);
  return dueIn(context, at / 1000)
    .filter((id) => !said.has(id) && !(isByTurns && mayGoOn(id, at / 1000, context)))
    .map((id) => ({
      kind: 'falseGreen',
      at,
      what: `${id} is due and still active, and the last plan says nothing of it`,
    }));
}

/**
 * The anchors that were due some time before a plan, are not on hold, and are active. None where an outsider
 * has changed something in the last seconds.
 */
function dueIn({ replay, rules, scenario }: JudgeContext, at: number): string[] {
  const active = [ORGANIZATION, ...scenario.projects].flatMap((scope) => [...replay.activeIn(scope)]);
  const isRecent = (time: number | undefined): boolean => (time ?? 0) / 1000 > at - 100;
  const touched = [...replay.state.outsiderAt.values()].some(isRecent);
  if (touched) return [];
  return [...new Set(active)].filter((id) => rules.isDue(id, at - rules.TOLERANCE) && !rules.held(id, at));
}
