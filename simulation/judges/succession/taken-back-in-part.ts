import { scopePlansOf } from '../../../lambdas/domain/manifest.ts';
import type { Plan } from '../../../lambdas/domain/plan-document/plan.ts';
import type { Finding } from '../../log/findings.ts';
import { leftActive } from '../promises/left-widened.ts';
import { isFiltered } from '../promises/witnessed.ts';
import type { JudgeContext, Watch } from '../watch.ts';

/**
 * A pair that is taken back in part. `seen` has the scopes that a step going
 * through the whole plan has been to.
 */
type Open = { retiring: string; at: number; seen: Set<string> };

const DAY = 86_400;

/**
 * Judges F16: a run has taken a successor back in one scope, since a witness got in by it, and ended before
 * it had been to all scopes. The next run goes on to take it back in the others. Compromised anchors go
 * first, and so do unconfirmed cuts and what would expire soon; after some days everything else does. Nobody
 * knows who runs on a successor for which something soaked or was cut.
 */
export function createTakenBackInPartWatch(context: JudgeContext): Watch {
  const { replay, rules, scenario } = context;
  const { policy } = scenario;
  const { invocations, activatedAt, requests } = replay.state;
  /** By successor, since when it is taken back in part. */
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
      // A run that a person starts is his word that filters are repaired.
      if (plan.mode === 'manual') open.clear();
    }
    if (event.what === 'returned' && seen?.step === 'undo') {
      const { halt, activation, promotion, plan, everywhere } = Object(seen.input);
      const pairs: { retiring: string; successor: string }[] = plan?.successions ?? [];
      const whole = plans.get(event.execution);
      if (everywhere && whole)
        for (const { scope, successions } of scopePlansOf(whole))
          for (const { successor } of successions) open.get(successor)?.seen.add(scope);
      // Where each scope goes by itself, no run takes back in the other scopes.
      const isPart = halt?.Error === 'TrustWidened' && activation && !promotion && !plan.promotions;
      const taken: string[] = isPart ? (Object(event.result).takenBack ?? []) : [];
      for (const { retiring, successor } of pairs)
        if (taken.includes(successor)) open.set(successor, { retiring, at: event.at, seen: new Set() });
    }
    return event.what === 'ended' && goesOn(event.execution) ? leftAt(event) : [];
  };

  /** Whether it was this run's turn to go on with it. */
  function goesOn(execution: string): boolean {
    const plan = plans.get(execution);
    const { othersFirst } = Object(requests.get(execution));
    const since = (replay.state.startedAt.get(execution) ?? 0) / 1000;
    const soon = since + 2 * (policy.soak + DAY) + policy.safetyMargin + rules.TOLERANCE + DAY;
    const isPressed = ({ retiring }: { retiring: string }) =>
      (rules.anchor(retiring)?.expiresAt ?? 0) <= soon;
    return (
      plan?.mode === 'scheduled' &&
      plan.decision !== 'busy' &&
      (!plan.atOnce || othersFirst) &&
      !plan.successions.some((one) => one.resumed || one.widened || (!plan.atOnce && isPressed(one))) &&
      replay.state.lease?.holder === execution
    );
  }

  function leftAt(event: { at: number; execution: string }): Finding[] {
    const since = replay.state.startedAt.get(event.execution) ?? 0;
    const isAlone = plans.get(event.execution)?.successions.length === 0;
    const left = [...open].flatMap(([successor, { retiring, at, seen }]) => {
      const isOld = at < since && rules.isValid(retiring, event.at / 1000);
      // A pair that has failed for days goes behind the others. One day more is for the clocks and
      // for the soak that was under way.
      const isTheirs = !isAlone && since - at > 2 * 1000 * DAY;
      const isNamed = [...replay.state.compromised.keys()].some((one) => rules.sameKey(one, retiring));
      if (
        !isOld ||
        isTheirs ||
        isNamed ||
        relied.has(successor) ||
        isFiltered(successor, event.at / 1000, context)
      )
        return [];
      // Somebody has made the successor active wherever the retiring anchor is: that is his word (F16).
      const stands = [...replay.state.active.values()].every(
        (ids) => !ids.has(retiring) || ids.has(successor),
      );
      if (stands) return [];
      return [...replay.state.active]
        .filter(([scope, ids]) => {
          const activated = activatedAt.get(`${scope} ${successor}`) ?? Number.POSITIVE_INFINITY;
          return ids.has(retiring) && activated < at && !seen.has(scope);
        })
        .map(([scope]) => ({ scope, at, pairs: [{ retiring, successor }] }));
    });
    return leftActive(event, left, context, true);
  }
}
