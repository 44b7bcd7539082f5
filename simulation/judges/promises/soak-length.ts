import { instant } from '../../../lambdas/domain/instant.ts';
import type { Plan } from '../../../lambdas/domain/plan-document/plan.ts';
import type { Finding } from '../../log/findings.ts';
import type { InvocationRecord } from '../../log/invocation-record.ts';
import type { JudgeContext } from '../watch.ts';

/**
 * Judges rule 5 and I6: how long a soak may last. It is counted from a proof no later than the
 * promotion, by clocks that may be off.
 */
export function judgeLength(
  at: number,
  seen: InvocationRecord,
  {
    soakUntil,
    begun,
    unread,
    isProven,
    moved,
  }: {
    soakUntil: number;
    begun: Plan['successions'];
    unread: ReadonlySet<string>;
    isProven: (scope: string) => boolean;
    /** Clients that run on their new leaves by now. */
    moved: readonly string[];
  },
  { replay, rules, scenario }: JudgeContext,
): Finding[] {
  if (begun.length === 0) return [];
  const { plan } = seen.input as { plan: Plan };
  const { policy, faultRates, anchors } = scenario;
  const proof = seen.at / 1000 + faultRates.skew;
  const { soak, safetyMargin: margin } = policy;
  const retiring = begun.map((one) => one.retiring);
  const planned = replay.state.plans.get(seen.execution)?.[0]?.at ?? 0;
  const { anchors: named = [] } = Object(replay.state.requests.get(seen.execution)) as { anchors?: string[] };
  const knew = (id: string) =>
    named.some((one) => rules.sameKey(one, id)) ||
    ((replay.state.compromised.get(id) ?? Number.POSITIVE_INFINITY) < planned &&
      !unread.has(`${seen.execution} ${id}`));
  const emergency = retiring.every(knew);
  // A pair that is cut nowhere in this run shortens no soak, unless nothing is cut at all. A scope that halts
  // is not cut, nor is a scope with a client that was not moved.
  const left = plan.promotions.map(({ client }) => client).filter((client) => !moved.includes(client));
  const isLeft = (scope: string) => rules.reaching(scope).some(({ name }) => left.includes(name));
  const cut = retiring.filter((id) => isCutBy(plan, id, (scope) => isProven(scope) && !isLeft(scope)));
  const isAnyCut = retiring.some((id) => isCutBy(plan, id, isProven));
  // Only the plan says which of those scopes wait for a client that was not moved.
  const hurrying = cut.length > 0 || isAnyCut ? cut : retiring;
  // An anchor that has expired by the time of the promotion shortens no soak any more.
  const ends = anchors
    .filter(({ id, expiresAt }) => hurrying.includes(id) && expiresAt > at / 1000 + faultRates.skew)
    .map(({ expiresAt }) => expiresAt - margin);
  const latest = Math.max(proof, emergency ? proof : Math.min(proof + soak, ...ends));
  if (soakUntil <= latest) return [];
  const why = emergency ? 'all that retires is compromised' : `it may last until ${instant(latest)}`;
  return [
    { kind: 'soakTooLong', at, what: `${seen.execution} soaks until ${instant(soakUntil)}, though ${why}` },
  ];
}

/**
 * Returns when a succession has served a soak that a run announces, in Unix seconds; `provenBy` as
 * well. A succession of which the run cuts nothing may go on to its own end, since the run's soak is
 * shortened for others (rule 5).
 */
export function servedBy(
  { retiring }: { retiring: string },
  {
    plan,
    soakUntil,
    provenBy,
    unproven,
  }: { plan: Pick<Plan, 'waves'>; soakUntil: number; provenBy: number; unproven: readonly string[] },
  { scenario: { policy, anchors, faultRates } }: JudgeContext,
): number {
  if (isCutBy(plan, retiring, (scope) => !unproven.includes(scope))) return soakUntil;
  const expiresAt = anchors.find(({ id }) => id === retiring)?.expiresAt ?? Number.POSITIVE_INFINITY;
  return Math.max(
    soakUntil,
    Math.min(provenBy + faultRates.skew + policy.soak, expiresAt - policy.safetyMargin),
  );
}

const isCutBy = (
  { waves }: Pick<Plan, 'waves'>,
  retiring: string,
  isIn: (scope: string) => boolean = () => true,
): boolean =>
  waves.some(({ scopes }) =>
    scopes.some(
      ({ scope, successions }) =>
        isIn(scope) && successions.some((one) => one.retiring === retiring && !one.held),
    ),
  );
