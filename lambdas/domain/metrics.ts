import { ownListingIn } from './anchor.ts';
import { saysNobodyGetsIn } from './blocked/shut-out.ts';
import { lettingIn } from './blocked/vouching.ts';
import { haltedIn } from './cause.ts';
import { secondsOf } from './instant.ts';
import type { Plan } from './plan-document/plan.ts';
import { activeCompromised } from './planning/compromise.ts';
import { indexAnchors, type PlanningFacts } from './planning/facts.ts';
import type { Mode } from './request.ts';

/** The namespace of every metric, and its one dimension: the organization's name in the configuration. */
export const NAMESPACE = 'Windlass';
export const DIMENSION = 'organization';

/** Every metric with its unit. CloudWatch has no unit for days. */
export const units = {
  BlockedAnchors: 'Count',
  CompromisedActive: 'Count',
  DaysToFirstExpiry: 'None',
  DaysToFirstBlockedExpiry: 'None',
  Warnings: 'Count',
  StrayNames: 'Count',
  HaltedScopes: 'Count',
  HaltedMeanwhile: 'Count',
  SecondsSinceSuccess: 'Seconds',
  UnknownChanges: 'Count',
  EventsLost: 'Count',
} as const;

export type MetricName = keyof typeof units;
export type Metric = { name: MetricName; value: number };

/**
 * The days that stand for "nothing is blocked": a century. An alarm keeps its state while there is no new
 * value, since a failed sweep has not unblocked anything. So an alarm that rings ends only by a value that is
 * far away.
 */
export const NOTHING_BLOCKED = 36_500;

/**
 * Returns what a plan shows of an organization: what is blocked, and what expires first, in days that may be
 * negative.
 */
export function planMetrics(
  {
    inventory,
    now,
    warnings: toMend = [],
  }: Pick<PlanningFacts, 'inventory' | 'now'> & { warnings?: readonly string[] },
  { mode, blocked, warnings = [] }: Pick<Plan, 'mode' | 'blocked' | 'warnings'>,
): Metric[] {
  const { anchors, activeIn } = indexAnchors(inventory);
  const blockedAnchors = new Set(blocked.map(({ anchor }) => anchor));
  const firstOf = (ids: Iterable<string>): number =>
    Math.min(
      ...[...ids].flatMap((id) => {
        const anchor = anchors.get(id);
        return anchor && !anchor.flaw ? anchor.expiresAt : [];
      }),
    );
  const days = (expiresAt: number): number => (expiresAt - now) / 86_400;
  // The anchor that expires first may be active where nobody has listed yet, so no alarm ends by the others.
  const first = ownListingIn(inventory).size > 0 ? Number.NaN : firstOf(activeIn.keys());
  // An anchor that is active nowhere takes nothing from anybody when it ends.
  const standing = blocked.flatMap((one) => (saysNobodyGetsIn(one) ? [] : one.anchor));
  const firstBlocked = firstOf(new Set(standing));
  const ofBlocked: Metric[] = [
    { name: 'BlockedAnchors', value: blockedAnchors.size },
    {
      name: 'DaysToFirstBlockedExpiry',
      value: Number.isFinite(firstBlocked) ? days(firstBlocked) : NOTHING_BLOCKED,
    },
  ];
  return [
    // An emergency plans only for what it names. Whether anything else is blocked is not known, so no alarm
    // ends by it.
    ...(mode === 'emergency' ? [] : ofBlocked),
    // Where nothing is active, nothing can expire.
    ...(Number.isFinite(first) ? [{ name: 'DaysToFirstExpiry' as const, value: days(first) }] : []),
    { name: 'Warnings', value: warnings.length },
    // Warnings from before the plan, which somebody has to act on: a name that points nowhere, a certificate
    // that nobody can read.
    { name: 'StrayNames', value: toMend.length },
  ];
}

/**
 * Returns how many anchors let a compromised key in, or may, and are not cut by this run (I15). Returns
 * nothing where the run cuts all of them, or is an emergency. The next run sees what became of its cuts, and
 * no alarm ends by a plan alone.
 */
export function compromisedMetrics(
  facts: Parameters<typeof lettingIn>[0],
  { blocked }: Pick<Plan, 'blocked'>,
): Metric[] {
  const standing = blocked.filter((one) => !saysNobodyGetsIn(one));
  const left = new Set(standing.filter(lettingIn(facts)).map(({ anchor }) => anchor));
  const isBeingCut = left.size === 0 && activeCompromised(facts).length > 0;
  return facts.request.mode === 'emergency' || isBeingCut
    ? []
    : [{ name: 'CompromisedActive', value: left.size }];
}

/** Returns how long ago the last run succeeded, at least 0 where a clock is behind. */
export const sinceSuccess = (last: string, now: number): Metric => ({
  name: 'SecondsSinceSuccess',
  value: Math.max(0, now - secondsOf(last)),
});

/**
 * Returns how many scopes have halted while their run goes on, for hours or a soak. There is an event metric
 * beside the count. An alarm that keeps its state would not ring again where the run before has halted as
 * well (I10, I13).
 */
export const haltedMeanwhile = (value: number): Metric[] => [
  { name: 'HaltedScopes', value },
  { name: 'HaltedMeanwhile', value },
];

/**
 * Returns how many scopes halted, as the machine's cause lists them: at most the first five of a wave. A halt
 * that is not of a scope, such as a plan that failed, says nothing of scopes and ends no alarm. Neither does
 * the good end of an emergency, which looked only at what it names.
 */
export function haltedScopes(halt: { Cause: string } | undefined, mode: Mode | null): Metric[] {
  const count = halt ? haltedIn(halt.Cause) : mode === 'emergency' ? null : 0;
  return count === null ? [] : [{ name: 'HaltedScopes', value: count }];
}
