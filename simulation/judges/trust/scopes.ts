import { ORGANIZATION, type Scope } from '../../../lambdas/domain/anchor.ts';
import type { ScopePlan } from '../../../lambdas/domain/plan-document/scope-plan.ts';
import type { EventLog } from '../../log/event-log.ts';
import type { Finding, ViolationKind } from '../../log/findings.ts';
import type { InvocationRecord } from '../../log/invocation-record.ts';
import { createReplay, type Replay } from '../../log/replay.ts';
import { isStillOurs } from '../../log/replaying/state.ts';
import { takesBackAfter } from '../../log/taking-back.ts';
import type { TrustEvent } from '../watch.ts';
import { createScopeRules, type ScopeRules } from './scope-rules.ts';

/** The kinds of findings that every log can show, however its calls were made. */
type ScopeKind = Extract<ViolationKind, 'lockout' | 'enforcementLost' | 'enforcementGained' | 'unplanned'>;
export type ScopeFinding = Finding & { kind: ScopeKind; scope: Scope };
export type Violations = Record<ScopeKind, number>;
type Watched = { replay: Replay; rules: ScopeRules };

/** Judges a log that has only invocations and changes of trust. */
export function judgeScopes(
  eventLog: EventLog,
  about: Parameters<typeof createScopeRules>[0],
): ScopeFinding[] {
  const watched: Watched = { replay: createReplay(), rules: createScopeRules(about) };
  return eventLog.flatMap((event) => {
    const found = event.what === 'trust' && typeof event.by === 'object' ? judgeToggle(event, watched) : [];
    watched.replay.apply(event);
    return found;
  });
}

/**
 * Judges what one toggle call of ours did to its scope and to all that inherit from it (I2, I3), and
 * whether anything asked for it (I4).
 */
export const judgeToggle = (change: TrustEvent, watched: Watched): ScopeFinding[] => [
  ...harmOf(change, watched),
  ...unasked(change, watched),
];

function harmOf(change: TrustEvent, { replay, rules }: Watched): ScopeFinding[] {
  const { at, scope, active, anchorIds } = change;
  const isUsable = (ids: Set<string>) => [...ids].some((id) => rules.isValid(id, at / 1000));
  return rules.touched(scope).flatMap((touched) => {
    const before = replay.trusted(touched);
    const after = trustedAfter(touched, change, replay);
    const what = `${touched} by ${active ? 'activating' : 'deactivating'} ${anchorIds.join(' ')} in ${scope}`;
    const found = (kind: ScopeFinding['kind']) => ({ kind, at, scope: touched, what });
    return [
      ...(isUsable(before) && !isUsable(after) ? [found('lockout')] : []),
      ...(before.size > 0 && after.size === 0 ? [found('enforcementLost')] : []),
      ...(before.size === 0 && after.size > 0 ? [found('enforcementGained')] : []),
    ];
  });
}

/** Returns what a project trusts once a change has been made, in the order in which hosts ask (F7). */
export function trustedAfter(
  touched: Scope,
  { scope, active, anchorIds }: TrustEvent,
  { activeIn, inOrder }: Replay,
) {
  const after = (of: Scope): string[] => {
    const ids = [...activeIn(of)];
    if (of !== scope) return ids;
    return active ? [...new Set([...ids, ...anchorIds])] : ids.filter((id) => !anchorIds.includes(id));
  };
  return new Set([touched, ORGANIZATION].flatMap((of) => inOrder(after(of))));
}

/**
 * Judges I4: a step toggles what its own input names for the scope. An undo puts back what any run has cut
 * there of those anchors, or in favour of them (I10). It also takes back what a run of ours has activated
 * there where a witness got in, or a filter refused the clients (F16, I11).
 */
function unasked({ at, by, scope, active, anchorIds }: TrustEvent, { replay }: Watched): ScopeFinding[] {
  const { invocations } = replay.state;
  const seen = typeof by === 'object' ? invocations.get(by.invocation) : undefined;
  const isUndo = seen?.step === 'undo';
  // The run's whole plan names what is taken back everywhere.
  const { everywhere = false } = Object(seen?.input);
  const plan: Pick<ScopePlan, 'scope' | 'successions'> | undefined =
    seen?.scope === scope || everywhere ? { ...Object(seen?.input).plan, scope } : undefined;
  const named = plan?.successions.map((pair) => (active && !isUndo ? pair.successor : pair.retiring));
  const { Error: halt } = Object(Object(seen?.input).halt);
  const mayTakeBack = isUndo && !active && takesBackAfter(halt);
  const isTakenBack = (id: string): boolean =>
    mayTakeBack &&
    plan?.successions.some(({ successor }) => successor === id) === true &&
    isStillOurs(replay.state, `${scope} ${id}`);
  const what = `${scope} by ${active ? 'activating' : 'deactivating'} what nobody was asked for:`;
  return anchorIds
    .filter((id) =>
      mayTakeBack ? !isTakenBack(id) : !named?.includes(id) && !(isUndo && isCutFor(id, plan, replay)),
    )
    .map((id) => ({ kind: 'unplanned', at, scope, what: `${what} ${id}` }));
}

/**
 * Whether some run has cut an anchor in the plan's scope, and the plan names that anchor or the
 * one in whose favour it was cut.
 */
const isCutFor = (
  anchorId: string,
  plan: Pick<ScopePlan, 'scope' | 'successions'> | undefined,
  { state }: Replay,
): boolean => {
  const named = new Set(plan?.successions.flatMap((pair) => [pair.retiring, pair.successor]));
  const cutIn = ({ step, scope, input }: InvocationRecord): ScopePlan['successions'] =>
    step === 'deactivate' && scope === plan?.scope ? Object(input).plan.successions : [];
  const cuts = [...state.invocations.values()].flatMap(cutIn);
  return cuts.some(
    ({ retiring, successor }) => retiring === anchorId && [retiring, successor].some((one) => named.has(one)),
  );
};

/** Returns how often each kind is found. */
export function countsOf(findings: readonly ScopeFinding[]): Violations {
  const counts: Violations = { lockout: 0, enforcementLost: 0, enforcementGained: 0, unplanned: 0 };
  for (const { kind } of findings) counts[kind] += 1;
  return counts;
}
