import { ORGANIZATION } from '../../../lambdas/domain/anchor.ts';
import type { Plan } from '../../../lambdas/domain/document.ts';
import type { EventLog } from '../../log/event-log.ts';
import type { Finding } from '../../log/findings.ts';
import type { JudgeContext } from '../watch.ts';

/**
 * I13: whatever is due and stays active is told by the last plan of the seed, as what it rotates or as blocked, and what
 * it calls blocked some run that planned so has ended red.
 */
export function judgeTold(eventLog: EventLog, { replay, rules, scenario }: JudgeContext): Finding[] {
  const plans = eventLog.flatMap((event) => {
    if (event.what !== 'returned' || !event.heard) return [];
    const step = replay.state.invocations.get(event.invocation)?.step;
    const plan = event.result as Plan;
    return step === 'plan' && plan.decision !== 'busy' ? [{ ...event, plan }] : [];
  });
  const last = plans.at(-1);
  // One that an emergency made tells of nothing else, and the next sweep comes after the end.
  if (!last || last.plan.mode === 'emergency' || last.at / 1000 < scenario.calm) return [];
  const { successions, blocked } = last.plan;
  const said = new Set([
    ...successions.map(({ retiring }) => retiring),
    ...blocked.map(({ anchor }) => anchor),
  ]);
  const red = new Set(
    eventLog.flatMap((event) => (event.what === 'ended' && event.error !== null ? [event.execution] : [])),
  );
  // In its journal, whatever became of it afterwards.
  const rung = new Set(
    eventLog.flatMap((event) => {
      if (event.what !== 'recorded' || !red.has(event.entry.execution)) return [];
      const { blocked = [] } = Object(event.entry.detail) as Partial<Plan>;
      return blocked.map(({ anchor }) => anchor);
    }),
  );
  const found = (what: string): Finding => ({ kind: 'falseGreen', at: last.at, what });
  const untold = dueIn({ replay, rules, scenario }, last.at / 1000).filter((id) => !said.has(id));
  // One that is still under way rings when it ends.
  const isOver = !replay.state.running.has(last.execution);
  const quiet = new Set(blocked.map(({ anchor }) => anchor).filter((id) => isOver && !rung.has(id)));
  return [
    ...untold.map((id) => found(`${id} is due and still active, and the last plan says nothing of it`)),
    ...[...quiet].map((id) => found(`${id} is blocked, and no run ever ended red for it`)),
  ];
}

/** Anchors that were due some time before a plan, on no hold, and active all along in a project that is not archived. */
function dueIn({ replay, rules, scenario }: JudgeContext, at: number): string[] {
  const active = [ORGANIZATION, ...scenario.projects].flatMap((scope) => [...replay.activeIn(scope)]);
  const isRecent = (time: number | undefined): boolean => (time ?? 0) / 1000 > at - 100;
  const touched = [...replay.state.outsiderAt.values()].some(isRecent);
  if (touched) return [];
  return [...new Set(active)].filter((id) => rules.isDue(id, at - rules.TOLERANCE) && !rules.held(id, at));
}
