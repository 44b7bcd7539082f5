import { digestInId } from '../../../lambdas/domain/memory/named-key.ts';
import type { InvocationRecord } from '../../log/invocation-record.ts';
import { succeeding } from '../succeeding.ts';
import { isCompromised, type JudgeContext, namedIn, type TrustEvent } from '../watch.ts';

type Request = { mode?: string; anchors?: string[] };

/**
 * Returns what takes an anchor's place in this rotation, if the anchor may retire here at all: one by
 * preference (rule 2). There are several when the plan was made while the organization changed, or
 * when clocks may differ about it.
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
  // A cut that was never confirmed, or that a late attempt has written down again, is a part of the plan too.
  const key = `${scope} ${id}`;
  const planned = plans.some(
    ({ active, cuts, written }) => active.get(scope)?.has(id) || cuts.has(key) || written.has(key),
  );
  if (!planned && !isOfItsOwnListing(seen) && !isOvertaken(scope, execution, context)) return [];
  const asked = namedIn(replay.state.requests.get(execution));
  const since = (replay.state.startedAt.get(execution) ?? 0) / 1000;
  const chosen = plans.flatMap(({ at, existing, leaves, active }) => {
    const before = [...replay.state.compromised].flatMap(([one, namedAt]) => (namedAt <= at ? one : []));
    // Whether a compromise was known by then depends on when within the plan it was asked about.
    const between = [...replay.state.compromised.keys()];
    const moments = [
      [...before, ...asked],
      [...between, ...asked],
    ].map((named) => ({ at: at / 1000, since, existing, leaves, active, named }));
    const { everHeld } = replay.state;
    const isKeyNamed = between.some((one) => digestInId(one) !== undefined);
    const others = isKeyNamed ? moments.map((one) => ({ ...one, everHeld })) : [];
    return [...moments, ...others].flatMap((moment) => succeeding(id, moment, context));
  });
  return [...new Set([...chosen, ...begunFor(id, seen, context)])];
}

/**
 * The anchors that a plan has begun, or that a run of ours has made active, in this anchor's favour before.
 * Such a pair goes on (rule 2) unless its successor has been named as compromised. A name that came after the
 * step last asked for names came too late; without such a question, its look at the lease counts. A hold that
 * came after the run's own plan came too late as well.
 */
function begunFor(id: string, seen: InvocationRecord | undefined, { replay, rules }: JudgeContext): string[] {
  const looked = seen?.askedNamedAt ?? seen?.demands.at(-1)?.at ?? Number.POSITIVE_INFINITY;
  const active = [...replay.state.activatedAt.keys()].map((key) => key.split(' ')[1] ?? '');
  const planned = [...replay.state.begun].flatMap((pair) =>
    pair.startsWith(`${id} `) ? pair.slice(id.length + 1) : [],
  );
  const begun = [...active, ...planned];
  const isNamed = (one: string) =>
    [...replay.state.compromised].some(([named, at]) => at < looked && rules.sameKey(named, one));
  const { plans, activatedAt } = replay.state;
  const looks = [...plans.values()].flat().map((look) => look.at);
  const own = plans.get(seen?.execution ?? '')?.at(-1)?.at;
  const times = [Math.max(0, ...activatedAt.values(), ...looks), ...(own === undefined ? [] : [own])];
  // A successor that was fit when its pair was begun goes on, however near its end has come since.
  const mayReplace = (one: string) =>
    [...times, ...(planned.includes(one) ? looks : [])].some((at) =>
      rules.mayReplace(id, one, at / 1000, { asStopgap: true, isUrgent: isNamed(id) }),
    );
  return begun.filter((one) => !isNamed(one) && mayReplace(one));
}

/** Whether the step's scope was listed by no plan: it goes by what is active when it begins. */
export const isOfItsOwnListing = (seen: InvocationRecord | undefined): boolean =>
  Object(Object(seen?.input).plan).ownListing === true;

/** Whether an anchor was due when the rotation was planned, or was named as compromised (rule 1). */
function mayRetire(id: string, execution: string, { rules, replay }: JudgeContext): boolean {
  const { mode, anchors = [] } = (replay.state.requests.get(execution) ?? {}) as Request;
  if (mode === 'emergency') return anchors.some((named) => rules.sameKey(named, id));
  const plans = replay.state.plans.get(execution) ?? [];
  return (
    isCompromised({ replay, rules }, id) ||
    plans.some(({ at }) => rules.isDue(id, at / 1000 + rules.TOLERANCE))
  );
}

/** Whether an outsider changed the scope while it was being listed, or just before a late listing. */
export function isOvertaken(scope: string, execution: string, { replay, scenario }: JudgeContext): boolean {
  const plans = replay.state.plans.get(execution) ?? [];
  const lag = 1000 * (scenario.faultRates.propagation.listings + 1);
  const [from, to] = [(plans[0]?.at ?? 0) - lag, plans.at(-1)?.at ?? 0];
  const at = replay.state.outsiderAt.get(scope) ?? 0;
  return from < at && at <= to;
}
