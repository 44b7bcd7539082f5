import type { Finding, ViolationKind } from '../log/findings.ts';
import type { InvocationRecord } from '../log/invocation-record.ts';
import { waitsForHold } from './promises/lack.ts';
import { succeeding } from './succeeding.ts';
import { isCompromised, type JudgeContext, type TrustEvent } from './watch.ts';

type Request = { mode?: string; anchors?: string[] };

/** I1, I4, I5: what a toggle may touch, by what could be known when the rotation was planned. */
export function judgePlanned(
  change: TrustEvent,
  seen: InvocationRecord | undefined,
  context: JudgeContext,
): Finding[] {
  const { rules, replay } = context;
  const { at, scope, active, anchorIds } = change;
  return anchorIds.flatMap((id): Finding[] => {
    const found = (kind: ViolationKind, why: string): Finding => ({
      kind,
      at,
      what: `${active ? 'activated' : 'deactivated'} ${id} in ${scope}: ${why}`,
    });
    // Whatever its id: a compromise is a fact about a key (I15).
    const times = [...replay.state.compromised].flatMap(([one, at]) => (rules.sameKey(one, id) ? at : []));
    const named = times.length > 0 ? Math.min(...times) : undefined;
    const knew = named !== undefined && named < (seen?.demands.at(-1)?.at ?? at);
    const successors = active ? [] : successorsOf(id, change, seen, context);
    const standing = successors.filter((successor) => replay.activeIn(scope).has(successor));
    return [
      ...(rules.held(id, (seen?.at ?? at) / 1000) ? [found('held', 'it is held')] : []),
      ...(active && knew ? [found('compromised', 'it has been named as compromised')] : []),
      ...(active && !mayActivate(id, change, seen, context)
        ? [found('unplanned', 'it succeeds nothing there')]
        : []),
      ...(!active && ignoresHold(id, seen, context)
        ? [found('held', 'a hold on what is not there may mean it')]
        : []),
      ...(!active && successors.length === 0 ? [found('unplanned', 'nothing may succeed it')] : []),
      ...(successors.length > 0 && standing.length === 0
        ? [found('successorMissing', `${successors.join(' or ')} is not active there`)]
        : []),
    ];
  });
}

/** A scheduled cut of what a hold may mean that names nothing, as the run saw it from its plan on (I5, I17). */
function ignoresHold(id: string, seen: InvocationRecord | undefined, context: JudgeContext): boolean {
  const { replay } = context;
  const plans = replay.state.plans.get(seen?.execution ?? '') ?? [];
  const since = (replay.state.startedAt.get(seen?.execution ?? '') ?? 0) / 1000;
  const isCompromised = replay.state.compromised.has(id);
  if (isCompromised || seen?.step !== 'deactivate' || plans.length === 0) return false;
  return plans.every(({ existing }) => waitsForHold(id, since, existing, context));
}

/**
 * What takes this anchor's place in this rotation, if it may retire here at all: one by preference (rule 2). It is
 * more than one when the plan was made while the organization changed, or when clocks may differ about it.
 */
export function successorsOf(
  id: string,
  { scope, by }: TrustEvent,
  seen: InvocationRecord | undefined,
  context: JudgeContext,
): string[] {
  const { replay } = context;
  const execution = typeof by === 'object' ? by.execution : '';
  if (seen?.step === 'undo' || !mayRetire(id, execution, context)) return [];
  const plans = replay.state.plans.get(execution) ?? [];
  // A cut that was never confirmed, or written down again by a late attempt, is a part of the plan too.
  const key = `${scope} ${id}`;
  const planned = plans.some(
    ({ active, cuts, written }) => active.get(scope)?.has(id) || cuts.has(key) || written.has(key),
  );
  if (!planned && !overtaken(scope, execution, context)) return [];
  const { anchors = [] } = (replay.state.requests.get(execution) ?? {}) as Request;
  const since = (replay.state.startedAt.get(execution) ?? 0) / 1000;
  const chosen = plans.flatMap(({ at, existing, leaves }) => {
    const before = [...replay.state.compromised].flatMap(([one, namedAt]) => (namedAt <= at ? one : []));
    // Whether it was known by then depends on the moment within the plan at which it was asked.
    const between = [...replay.state.compromised.keys()];
    return [
      [...before, ...anchors],
      [...between, ...anchors],
    ].flatMap((named) => succeeding(id, { at: at / 1000, since, existing, leaves, named }, context));
  });
  return [...new Set([...chosen, ...begunFor(id, seen?.demands.at(-1)?.at, context)])];
}

/**
 * What a plan has begun, or we have made active, in this anchor's favour before: it goes on (rule 2), unless it has been named.
 * A name that came after the step's last look at the lease (`looked`, in ms) came too late for its change.
 */
function begunFor(id: string, looked = Number.POSITIVE_INFINITY, { replay, rules }: JudgeContext): string[] {
  const active = [...replay.state.activatedAt.keys()].map((key) => key.split(' ')[1] ?? '');
  const planned = [...replay.state.begun].flatMap((pair) =>
    pair.startsWith(`${id} `) ? pair.slice(id.length + 1) : [],
  );
  const begun = [...active, ...planned];
  const isNamed = (one: string) =>
    [...replay.state.compromised].some(([named, at]) => at < looked && rules.sameKey(named, one));
  const looks = [...replay.state.plans.values()].flat().map((look) => look.at);
  const at = Math.max(0, ...replay.state.activatedAt.values(), ...looks) / 1000;
  return begun.filter(
    (one) => !isNamed(one) && rules.mayReplace(id, one, at, { asStopgap: true, isUrgent: isNamed(id) }),
  );
}

/** Due when the rotation was planned, or named as compromised (rule 1). */
function mayRetire(id: string, execution: string, { rules, replay }: JudgeContext): boolean {
  const { mode, anchors = [] } = (replay.state.requests.get(execution) ?? {}) as Request;
  if (mode === 'emergency') return anchors.some((named) => rules.sameKey(named, id));
  const plans = replay.state.plans.get(execution) ?? [];
  return (
    isCompromised({ replay, rules }, id) ||
    plans.some(({ at }) => rules.isDue(id, at / 1000 + rules.TOLERANCE))
  );
}

function mayActivate(
  id: string,
  change: TrustEvent,
  seen: InvocationRecord | undefined,
  context: JudgeContext,
): boolean {
  const { replay } = context;
  const { scope, by } = change;
  const execution = typeof by === 'object' ? by.execution : '';
  if (seen?.step === 'undo')
    return (
      replay.state.cuts.has(`${scope} ${id}`) ||
      // Written down by whichever run, and then an outsider was faster: nobody could tell whose cut it was.
      replay.state.written.has(`${scope} ${id}`) ||
      cutByAnother(id, scope, execution, context)
    );
  const plans = replay.state.plans.get(execution) ?? [];
  const since = (replay.state.startedAt.get(execution) ?? 0) / 1000;
  const there = plans.flatMap(({ active }) => [...(active.get(scope) ?? [])]);
  return (
    overtaken(scope, execution, context) ||
    there.some((retiring) => successorsOf(retiring, change, seen, context).includes(id)) ||
    plans.some(({ at, written }) => succeedsCut(id, scope, { at: at / 1000, since }, written, context))
  );
}

/** It takes the place of what we have cut there and nobody confirmed: an outsider took the successor out since. */
function succeedsCut(
  id: string,
  scope: string,
  { at, since }: { at: number; since: number },
  written: ReadonlySet<string>,
  { rules }: JudgeContext,
): boolean {
  const cutHere = [...written].map((cut) => cut.split(' ')).filter(([where]) => where === scope);
  return cutHere.some(([, retiring = '']) =>
    rules.mayReplace(retiring, id, at, { since, isCut: true, asStopgap: true, isUrgent: true }),
  );
}

/** An outsider was faster than the cut that we had written down: to put it back is to restore what was planned from. */
function cutByAnother(id: string, scope: string, execution: string, { replay }: JudgeContext): boolean {
  const plans = replay.state.plans.get(execution) ?? [];
  const since = replay.state.outsiderAt.get(scope) ?? 0;
  return plans.some(({ at, active }) => at <= since && active.get(scope)?.has(id));
}

/** An outsider changed the scope while it was being listed, or just before a late listing. */
function overtaken(scope: string, execution: string, { replay, scenario }: JudgeContext): boolean {
  const plans = replay.state.plans.get(execution) ?? [];
  const lag = 1000 * (scenario.faultRates.propagation.listings + 1);
  const [from, to] = [(plans[0]?.at ?? 0) - lag, plans.at(-1)?.at ?? 0];
  const at = replay.state.outsiderAt.get(scope) ?? 0;
  return from < at && at <= to;
}
