import type { Scope } from '../../lambdas/domain/anchor.ts';
import type { ScopeVerdict } from '../../lambdas/domain/document.ts';
import type { Plan } from '../../lambdas/domain/plan-document/plan.ts';
import type { Finding } from '../log/findings.ts';
import type { InvocationRecord } from '../log/invocation-record.ts';
import { successorsOf } from './trust/successors-of.ts';
import { compromisedSince, type JudgeContext, type TrustEvent } from './watch.ts';

/** How long after its proof a promotion may come, in seconds. The soak begins with the proof. */
const PROMOTION = 3 * 3_600;

/** Judges rule 5 and I6: only what was named as compromised is cut before its overlap has been served. */
export function judgeSoak(
  change: TrustEvent,
  seen: InvocationRecord | undefined,
  context: JudgeContext,
): Finding[] {
  const { rules, replay, scenario } = context;
  const { at, scope, anchorIds } = change;
  const { soak, safetyMargin: margin } = scenario.policy;
  // A call may be on its way when a person takes a compromise back. It had asked before that.
  const compromised = compromisedSince(replay, seen?.at ?? at);
  return anchorIds.flatMap((id): Finding[] => {
    // An expired anchor protects nobody, so nothing is lost by cutting it at once.
    if (compromised.includes(id) || !rules.isValid(id, at / 1000)) return [];
    const overlaps = successorsOf(id, change, seen, context).map((successor) => {
      const moves = rules.reaching(scope).flatMap(({ name }) => {
        const move = replay.state.movedAt.get(name);
        const current = replay.state.leaves.get(name)?.AWSCURRENT ?? null;
        // A run moves a client anew that went back to a leaf of the anchor that is cut. Where that leaf leads
        // to the successor as well, nobody has to be moved.
        const ours = move?.ours && !move.isBack && rules.issuersOf(move.from).includes(id);
        return ours && rules.chainOf(current).includes(successor) ? [move.at] : [];
      });
      return Math.max(overlapFrom({ scope, id, successor }, replay.state), ...moves) / 1000;
    });
    const began = Math.min(...overlaps);
    const ends = companionsOf(id, began, context).filter((end) => end > began - rules.TOLERANCE);
    const until = Math.min(began + soak, ...ends.map((end) => end - margin));
    if (overlaps.length === 0 || at / 1000 >= until - PROMOTION) return [];
    const early = Math.round((until - at / 1000) / 3_600);
    return [{ kind: 'soak', at, what: `${id} was cut in ${scope} ${early} hours before its soak was over` }];
  });
}

/**
 * When a successor came to stand beside an anchor in a scope, in milliseconds. Where somebody else brought
 * that anchor in once its successor stood there, its soak is that of the scopes in which it had clients to
 * move. Where a run of ours had cut it before, and a run has seen it gone, it has a soak of its own. A cut
 * that nobody has seen may never have landed, and ends no soak (I11).
 */
export function overlapFrom(
  { scope, id, successor }: { scope: Scope; id: string; successor: string },
  { active, activatedAt, broughtInAt, lastCutAt, seenGoneAt }: JudgeContext['replay']['state'],
): number {
  const stoodFrom = (where: Scope) => activatedAt.get(`${where} ${successor}`) ?? 0;
  const broughtIn = broughtInAt.get(`${scope} ${id}`) ?? 0;
  if (broughtIn <= stoodFrom(scope)) return stoodFrom(scope);
  const cutAt = lastCutAt.get(`${scope} ${id}`) ?? 0;
  const isSeenGone = (seenGoneAt.get(`${scope} ${id}`) ?? 0) >= cutAt;
  if (cutAt > stoodFrom(scope) && isSeenGone) return broughtIn;
  const overlapping = [...active.keys()].filter((where) =>
    [id, successor].every((one) => active.get(where)?.has(one)),
  );
  return Math.min(stoodFrom(scope), ...overlapping.map(stoodFrom));
}

/**
 * When the anchors expire that may cut this overlap short (rule 5), in Unix seconds. These are the anchors
 * that a run which promoted for this one since retires together with it. They were due by then and active
 * where that run is to cut them, and it has proven those scopes.
 */
function companionsOf(id: string, began: number, { rules, replay, scenario }: JudgeContext): number[] {
  const promoted = [...replay.state.invocations.values()].filter(
    (seen) => seen.step === 'promote' && seen.at / 1000 > began - PROMOTION,
  );
  const together = promoted.flatMap(({ execution, input }) => {
    const { plan } = input as { plan: Plan };
    const soaking = plan.successions.filter(({ resumed }) => !resumed).map(({ retiring }) => retiring);
    if (!soaking.includes(id)) return [];
    const looks = replay.state.plans.get(execution) ?? [];
    const proven = provenBy(execution, replay.state);
    const cuts = plan.waves.flatMap(({ scopes }) =>
      scopes.flatMap(({ scope, successions }) => {
        if (!proven.has(scope)) return [];
        const own = successions.filter(({ retiring, held }) => soaking.includes(retiring) && !held);
        return own.filter(({ retiring }) => looks.some(({ active }) => active.get(scope)?.has(retiring)));
      }),
    );
    const isDue = (one: string) => looks.some(({ at }) => rules.isDue(one, at / 1000 + rules.TOLERANCE));
    return cuts.map(({ retiring }) => retiring).filter(isDue);
  });
  const all = new Set([id, ...together]);
  return scenario.anchors.flatMap((anchor) => (all.has(anchor.id) ? [anchor.expiresAt] : []));
}

/**
 * The scopes that a run has proven in its overlap. A scope that halts there is not cut, and shortens no soak.
 */
const provenBy = (
  execution: string,
  { invocations }: Pick<JudgeContext['replay']['state'], 'invocations'>,
): ReadonlySet<Scope> =>
  new Set(
    [...invocations.values()].flatMap((seen) => {
      if (seen.execution !== execution || seen.step !== 'conclude-scope') return [];
      const { phase, verdict } = Object(seen.input) as { phase: string; verdict: ScopeVerdict };
      return phase === 'overlap' && verdict.verdict === 'proven' ? [verdict.scope] : [];
    }),
  );
