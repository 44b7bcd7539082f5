import type { Finding, ViolationKind } from '../log/findings.ts';
import type { InvocationRecord } from '../log/invocation-record.ts';
import { waitsForHold } from './promises/lack.ts';
import { certifiesNamed, knowsKey, leavesKnown } from './promises/vouching.ts';
import { isOfItsOwnListing, isOvertaken, successorsOf } from './trust/successors-of.ts';
import type { JudgeContext, TrustEvent } from './watch.ts';

/** Judges I1, I4 and I5: what a toggle may touch, by what could be known when the rotation was planned. */
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
    // A compromise is a fact about a key, so any id of that key counts (I15).
    const times = [...replay.state.compromised].flatMap(([one, at]) => (rules.sameKey(one, id) ? at : []));
    const named = times.length > 0 ? Math.min(...times) : undefined;
    const knew = named !== undefined && named < (seen?.askedNamedAt ?? seen?.demands.at(-1)?.at ?? at);
    const successors = active ? [] : successorsOf(id, change, seen, context);
    const standing = successors.filter((successor) => replay.activeIn(scope).has(successor));
    return [
      ...(rules.held(id, (seen?.at ?? at) / 1000) ? [found('held', 'it is held')] : []),
      ...(active && knew ? [found('compromised', 'it has been named as compromised')] : []),
      ...(active && seen?.step === 'activate' && lettingLeakIn(id, seen.execution, context)
        ? [found('compromised', 'it has certified a CA whose key has been named')]
        : []),
      ...(active && !mayActivate(id, change, seen, context)
        ? [found('unplanned', 'it succeeds nothing there')]
        : []),
      ...(!active && ignoresHold(id, seen, context)
        ? [found('held', 'a hold on what is not there may mean it')]
        : []),
      ...(!active && successors.length === 0 ? [found('unplanned', 'nothing may succeed it')] : []),
      ...(successors.length > 0 && standing.length === 0 && !isCutSince(successors, change, seen, context)
        ? [found('successorMissing', `${successors.join(' or ')} is not active there`)]
        : []),
    ];
  });
}

/**
 * Whether each attempt at a run's plan could see, or an earlier run has seen, that an anchor has certified
 * a CA whose key was named (I15).
 */
function lettingLeakIn(id: string, execution: string, context: JudgeContext): boolean {
  const { replay, rules } = context;
  const plans = replay.state.plans.get(execution) ?? [];
  const isNamed = (key: string): boolean => knowsKey(key, execution, replay);
  const { unread } = replay.state;
  type Leaves = JudgeContext['replay']['state']['leaves'];
  // An emergency waits for no secret that did not answer its plan (I16).
  const readIn = (leaves: Leaves): Leaves =>
    new Map(
      [...leaves].map(([client, held]) => [
        client,
        {
          ...held,
          ...(unread.has(`${execution} ${client}`) && { AWSCURRENT: null }),
          ...(unread.has(`${execution} ${client} AWSPENDING`) && { AWSPENDING: null }),
        },
      ]),
    );
  const isCertifier = (leaves: Leaves): boolean =>
    certifiesNamed(id, leavesKnown(readIn(leaves), context), isNamed, rules);
  return plans.length > 0 && plans.every(({ leaves }) => isCertifier(leaves));
}

/**
 * Whether another run has cut a successor there since the step listed the scope. That run took over while
 * this call was on its way, and looks again once no such call can land any more (I12).
 */
function isCutSince(
  successors: readonly string[],
  { scope }: TrustEvent,
  seen: InvocationRecord | undefined,
  { replay: { state } }: JudgeContext,
): boolean {
  const listedAt = seen?.listed.get(scope) ?? Number.POSITIVE_INFINITY;
  const cuts = successors.flatMap((one) => state.cuts.get(`${scope} ${one}`) ?? []);
  return cuts.some(({ at, execution }) => at > listedAt && execution !== seen?.execution);
}

/**
 * Whether a scheduled run cuts an anchor that an unknown id on the hold list may mean, as every attempt
 * at its plan could see (I5, I17).
 */
function ignoresHold(id: string, seen: InvocationRecord | undefined, context: JudgeContext): boolean {
  const { replay } = context;
  const plans = replay.state.plans.get(seen?.execution ?? '') ?? [];
  const since = (replay.state.startedAt.get(seen?.execution ?? '') ?? 0) / 1000;
  const isCompromised = replay.state.compromised.has(id);
  if (isCompromised || seen?.step !== 'deactivate' || plans.length === 0) return false;
  return plans.every(({ existing }) => waitsForHold(id, since, existing, context));
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
      // Some run wrote the cut down, and then an outsider was faster. Nobody could tell whose cut it was.
      replay.state.written.has(`${scope} ${id}`) ||
      cutByAnother(id, scope, execution, context)
    );
  const plans = replay.state.plans.get(execution) ?? [];
  const since = (replay.state.startedAt.get(execution) ?? 0) / 1000;
  const there = [
    ...plans.flatMap(({ active }) => [...(active.get(scope) ?? [])]),
    ...(isOfItsOwnListing(seen) ? replay.activeIn(scope) : []),
  ];
  return (
    isOvertaken(scope, execution, context) ||
    there.some((retiring) => successorsOf(retiring, change, seen, context).includes(id)) ||
    plans.some(({ at, written }) => succeedsCut(id, scope, { at: at / 1000, since }, written, context))
  );
}

/**
 * Whether an anchor succeeds one that a run has cut there and nobody has confirmed: an outsider has
 * taken the successor out since.
 */
function succeedsCut(
  id: string,
  scope: string,
  { at, since }: { at: number; since: number },
  written: ReadonlySet<string>,
  { rules, replay }: JudgeContext,
): boolean {
  // A pair that was begun goes on, however near its successor's end is by now.
  const goesOn = (retiring: string) =>
    replay.state.begun.has(`${retiring} ${id}`) && rules.isValid(id, at) && !rules.held(id, since);
  const cutHere = [...written].map((cut) => cut.split(' ')).filter(([where]) => where === scope);
  return cutHere.some(
    ([, retiring = '']) =>
      goesOn(retiring) ||
      rules.mayReplace(retiring, id, at, { since, isCut: true, asStopgap: true, isUrgent: true }),
  );
}

/**
 * Whether an outsider deactivated the anchor before the cut that the run had written down. Putting it back
 * restores what was planned from.
 */
function cutByAnother(id: string, scope: string, execution: string, { replay }: JudgeContext): boolean {
  const plans = replay.state.plans.get(execution) ?? [];
  const since = replay.state.outsiderAt.get(scope) ?? 0;
  return plans.some(({ at, active }) => at <= since && active.get(scope)?.has(id));
}
