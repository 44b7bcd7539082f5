import type { Plan } from '../../../lambdas/domain/plan-document.ts';
import type { Finding } from '../../log/findings.ts';
import { leftActive } from '../promises/left-widened.ts';
import { isFiltered } from '../promises/witnessed.ts';
import type { JudgeContext, Watch } from '../watch.ts';

type Open = { retiring: string; at: number };

/**
 * F16: what a run has taken back in one scope, since somebody got in by it who has to stay out, the next goes on to take back in the others, where that one ended before it
 * had been to all. What is compromised goes before it, so does a cut that nobody has confirmed, and in their turn what else is ready. Of what soaked or was cut for nobody
 * knows who runs on it.
 */
export function createTakenBackInPartWatch(context: JudgeContext): Watch {
  const { replay, rules } = context;
  const { invocations, activatedAt, requests } = replay.state;
  /** By successor: since when it is taken back in part. */
  const open = new Map<string, Open>();
  const relied = new Set<string>();
  const plans = new Map<string, Plan>();
  return (event): Finding[] => {
    if (event.what === 'called' && ['soak', 'cut'].includes(event.call.about ?? ''))
      for (const { successor } of Object(event.answer).Items ?? []) relied.add(successor);
    const seen = event.what === 'returned' ? invocations.get(event.invocation) : undefined;
    if (event.what === 'returned' && seen?.step === 'plan' && event.heard) {
      const plan = event.result as Plan;
      plans.set(event.execution, plan);
      // A person's own run is his word that filters are repaired.
      if (plan.mode === 'manual') open.clear();
    }
    if (event.what === 'returned' && seen?.step === 'undo') {
      const { halt, activation, promotion, plan, everywhere } = Object(seen.input);
      const pairs: { retiring: string; successor: string }[] = plan?.successions ?? [];
      if (everywhere) for (const { successor } of pairs) open.delete(successor);
      // Where each scope goes by itself nobody else does it for them.
      const isPart = halt?.Error === 'TrustWidened' && activation && !promotion && !plan.promotions;
      const taken: string[] = isPart ? (Object(event.result).takenBack ?? []) : [];
      for (const { retiring, successor } of pairs)
        if (taken.includes(successor)) open.set(successor, { retiring, at: event.at });
    }
    return event.what === 'ended' && goesOn(event.execution) ? leftAt(event) : [];
  };

  /** Whether it was a run's turn to go on with it. */
  function goesOn(execution: string): boolean {
    const plan = plans.get(execution);
    const { othersFirst } = Object(requests.get(execution));
    return (
      plan?.mode === 'scheduled' &&
      plan.decision !== 'busy' &&
      !plan.atOnce &&
      !othersFirst &&
      !plan.successions.some(({ resumed, widened }) => resumed || widened) &&
      replay.state.lease?.holder === execution
    );
  }

  function leftAt(event: { at: number; execution: string }): Finding[] {
    const since = replay.state.startedAt.get(event.execution) ?? 0;
    const left = [...open].flatMap(([successor, { retiring, at }]) => {
      const isOld = at < since && rules.isValid(retiring, event.at / 1000);
      if (!isOld || relied.has(successor) || isFiltered(successor, event.at / 1000, context)) return [];
      return [...replay.state.active]
        .filter(([scope, ids]) => {
          const activated = activatedAt.get(`${scope} ${successor}`) ?? Number.POSITIVE_INFINITY;
          return ids.has(retiring) && activated < at;
        })
        .map(([scope]) => ({ scope, at, pairs: [{ successor }] }));
    });
    return leftActive(event, left, context, true);
  }
}
