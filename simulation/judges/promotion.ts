import { textsOf } from '../../lambdas/domain/audit/intents.ts';
import type { Promotion, ScopeVerdict } from '../../lambdas/domain/document.ts';
import { instant, secondsOf } from '../../lambdas/domain/instant.ts';
import type { Plan } from '../../lambdas/domain/plan-document/plan.ts';
import type { Finding } from '../log/findings.ts';
import type { InvocationRecord } from '../log/invocation-record.ts';
import { isFailure } from '../log/is-failure.ts';
import { forgottenSoak, interrupted, mayHaveToMove, unreadRunning } from './promises/interrupted.ts';
import { judgeLength, servedBy } from './promises/soak-length.ts';
import {
  isTakenWhole,
  keyOf,
  leadsTo,
  type Pair,
  retiringIn,
  type Soak,
  scopesOf,
} from './succession/served-soaks.ts';
import type { JudgeContext, Watch } from './watch.ts';

/**
 * Judges what Promote says about the soak: never longer than rule 5 and I6 allow, and no second soak for a
 * pair that has served one (I11).
 */
export function createPromotionWatch(context: JudgeContext): Watch {
  const { replay, rules, scenario } = context;
  /** Soaks as they were first announced, in seconds. An overlap that is interrupted begins anew. */
  const soaks = new Map<string, Soak>();
  /** When an overlap of an anchor was last interrupted, in milliseconds. */
  const touched = new Map<string, number>();
  /**
   * The soaks that had been served when an execution's Plan began, and the clients whose running
   * leaf that Plan could not read.
   */
  const servedAtPlan = new Map<string, { at: number; served: Map<string, Soak>; unread: Set<string> }>();
  /**
   * Anchors whose certificate did not answer a Plan: `execution anchor`. That Plan cannot have known
   * that their key is compromised.
   */
  const unread = new Set<string>();
  /** Scopes that were proven in the overlap: `execution scope`. Nothing has soaked in the others. */
  const proven = new Set<string>();
  /**
   * Scopes that halted in the overlap since a witness got in: `execution scope`. Nobody is
   * moved to their successors (F16).
   */
  const widened = new Set<string>();
  /** The scopes that each promotion has held for a client that was not moved. Nothing is cut there. */
  const heldBy = new Map<number, readonly string[]>();
  const isUnproven = (plan: Plan, execution: string, { retiring }: Pair): boolean =>
    retiringIn(plan, retiring).some((scope) => !proven.has(`${execution} ${scope}`));
  /**
   * Whether a pair was proven in some scope. A pair that was proven nowhere is cut nowhere, and
   * the run soaks for other pairs.
   */
  const isProvenSomewhere = (plan: Plan, execution: string, { retiring }: Pair): boolean =>
    retiringIn(plan, retiring).some((scope) => proven.has(`${execution} ${scope}`));
  /**
   * Whether a witness may have got in by a pair's successor in a scope of the run. It may have got
   * in by another successor of that scope, and only the run's own looks can tell. So it is
   * uncertain whether such a pair soaks.
   */
  const isWidened = (plan: Plan, execution: string, { successor }: Pair): boolean =>
    scopesOf(plan).some((one) => leadsTo(one, successor) && widened.has(`${execution} ${one.scope}`));
  /**
   * Whether a retiring anchor is still active in a scope where it has soaked. Once it is cut in all of those,
   * it begins to soak in the scopes that were left out (rule 5).
   */
  const isLeftToCut = ({ retiring, scopes }: Soak): boolean =>
    scopes.some((scope) => replay.activeIn(scope).has(retiring));
  const isInterrupted = ({ retiring, successor }: Pair, since: number): boolean =>
    [retiring, successor].some((id) => (touched.get(id) ?? 0) > since);

  /**
   * The pairs that begin to soak or go on soaking with a promotion. In a run that halts after it, only pairs
   * that were proven whole and do not soak yet.
   */
  const soakingIn = ({ execution, input }: InvocationRecord): Plan['successions'] => {
    const { plan, halt } = input as { plan: Plan; halt?: unknown };
    const soaking = plan.successions.filter(({ resumed }) => !resumed);
    if (!halt) return soaking;
    return soaking.filter((pair) => !isUnproven(plan, execution, pair) && !soaks.has(keyOf(pair)));
  };

  function returned(
    at: number,
    seen: InvocationRecord,
    { soakUntil, unproven }: { soakUntil: number; unproven: readonly string[] },
  ): Finding[] {
    const plan = planIn(seen);
    const soaking = soakingIn(seen);
    const before = servedAtPlan.get(seen.execution);
    // Where a served pair soaks anew, and nobody could know that at planning, all pairs of the run soak.
    const anew = soaking.some((pair) => before?.served.has(keyOf(pair)) && isInterrupted(pair, before.at));
    // A promotion that waits for nothing treats the served soaks as served.
    const isOver = soakUntil <= seen.at / 1000 + scenario.faultRates.skew;
    const twice =
      anew || isOver
        ? []
        : soaking.filter((pair) => {
            const served = before?.served.get(keyOf(pair));
            if (!before || !served || soaks.get(keyOf(pair)) !== served) return false;
            if (mayHaveToMove(served, before.unread, context)) return false;
            if (!isProvenSomewhere(plan, seen.execution, pair)) return false;
            return !isInterrupted(pair, served.since) && !isTakenWhole(served, seen, proven);
          });
    for (const { retiring, successor } of soaking) {
      const pair = { retiring, successor };
      const known = soaks.get(keyOf(pair));
      // A soak that was interrupted elsewhere keeps its end, and no run that ends earlier has served it.
      const until = Math.max(
        servedBy(pair, { plan, soakUntil, provenBy: seen.at / 1000, unproven }, context),
        known?.until ?? 0,
      );
      // A pair whose soak is uncertain has served it nowhere. A soak that a later
      // run announces is over no sooner.
      const isPerhaps = isWidened(plan, seen.execution, pair);
      const isLonger = known && known.scopes.length > 0 && (isOver || known.until >= soakUntil);
      const goesOn = !isPerhaps && isLonger && !isInterrupted(pair, known.since);
      const proper = isPerhaps ? [] : retiringIn(plan, retiring);
      const scopes = proper.filter((scope) => !unproven.includes(scope));
      if (isUnproven(plan, seen.execution, pair)) soaks.delete(keyOf(pair));
      else if (!goesOn) soaks.set(keyOf(pair), { ...pair, until, since: at, scopes });
    }
    return twice.map(({ retiring, successor }) => ({
      kind: 'soakedTwice',
      at,
      what: `${seen.execution} soaks until ${instant(soakUntil)}, though ${retiring} and ${successor} have served theirs`,
    }));
  }

  /**
   * Whether a promotion soaks for a pair that had not served its soak at planning. Without such a pair, a
   * promotion forgets a soak only because a client has yet to move.
   */
  function isMixed({ execution, input }: InvocationRecord): boolean {
    const served = servedAtPlan.get(execution)?.served;
    const soaking = (input as { plan: Plan }).plan.successions.filter(({ resumed }) => !resumed);
    return soaking.some((pair) => !served?.has(keyOf(pair)));
  }

  return (event) => {
    const { at } = event;
    for (const id of interrupted(event, context, isMixed)) touched.set(id, at);
    if (event.what === 'fault' && event.call?.op === 'retrieve' && isFailure(event.fault))
      unread.add(`${event.execution} ${event.call.about}`);
    const unseen = unreadRunning(event, context);
    if (unseen !== undefined && 'execution' in event) servedAtPlan.get(event.execution)?.unread.add(unseen);
    if (event.what === 'recorded' && event.entry.event === 'promoted' && typeof event.by === 'object')
      heldBy.set(event.by.invocation, textsOf(event.entry.detail.unproven));
    if (!('invocation' in event)) return [];
    const seen = replay.state.invocations.get(event.invocation);
    if (event.what === 'invoked' && event.step === 'plan') {
      const over = [...soaks].filter(
        ([, soak]) => soak.until + rules.TOLERANCE <= at / 1000 && isLeftToCut(soak),
      );
      servedAtPlan.set(event.execution, { at, served: new Map(over), unread: new Set() });
    } else if (event.what === 'invoked' && event.step === 'conclude-scope') {
      const { phase, verdict } = Object(event.input) as { phase: string; verdict: ScopeVerdict };
      const visit = `${event.execution} ${verdict.scope}`;
      if (phase === 'overlap' && verdict.verdict === 'proven') proven.add(visit);
      if (phase === 'overlap' && verdict.error === 'TrustWidened') widened.add(visit);
    } else if (event.what === 'called' && seen?.step === 'release') {
      soaks.delete(forgottenSoak(event) ?? '');
    } else if (event.what === 'called' && seen?.step === 'promote') {
      // A pair whose soak is not over yet begins anew, together with the pairs that it is planned with.
      const key = forgottenSoak(event) ?? '';
      if ((soaks.get(key)?.until ?? 0) > at / 1000) soaks.delete(key);
    } else if (event.what === 'returned' && seen?.step === 'promote') {
      const { promoted, alreadyCurrent, ...told } = event.result as Promotion;
      const soakUntil = secondsOf(told.soakUntil);
      const begun = soakingIn(seen).filter((pair) => !isWidened(planIn(seen), seen.execution, pair));
      const isProven = (scope: string) => proven.has(`${seen.execution} ${scope}`);
      const moved = [...promoted, ...alreadyCurrent];
      return [
        ...judgeLength(at, seen, { soakUntil, begun, unread, isProven, moved }, context),
        ...returned(at, seen, { soakUntil, unproven: heldBy.get(event.invocation) ?? [] }),
      ];
    }
    return [];
  };
}

const planIn = ({ input }: InvocationRecord): Plan => (input as { plan: Plan }).plan;
