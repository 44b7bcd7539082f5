import { ownListingIn } from './anchor.ts';
import { saysNobodyGetsIn } from './blocked/shut-out.ts';
import { lettingIn } from './blocked/vouching.ts';
import { haltedIn } from './cause.ts';
import { secondsOf } from './instant.ts';
import type { Plan } from './plan-document.ts';
import { activeCompromised } from './planning/compromise.ts';
import { indexAnchors, type PlanningFacts } from './planning/facts.ts';
import type { Mode } from './request.ts';

/** Where every metric is found, and the one dimension that it has: the organization's name in the configuration. */
export const NAMESPACE = 'Windlass';
export const DIMENSION = 'organization';

/** Every metric, with its unit as CloudWatch names it: it knows no days. */
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
 * The days that stand for "nothing is blocked": a century. An alarm keeps its state while there is no new value (a
 * failed sweep has not unblocked anything), so that one that rings ends only by a value that is far away.
 */
export const NOTHING_BLOCKED = 36_500;

/** What a plan shows of an organization: what is blocked, what expires first, in days that may be negative. */
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
  // What expires first may be active where nobody has listed yet: no alarm ends by the others.
  const first = ownListingIn(inventory).size > 0 ? Number.NaN : firstOf(activeIn.keys());
  // Nobody loses anything more when an anchor ends that is active nowhere.
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
    // An emergency plans for what it names alone: that nothing else is blocked is not known, and no alarm ends by it.
    ...(mode === 'emergency' ? [] : ofBlocked),
    // Where nothing is active, nothing can expire.
    ...(Number.isFinite(first) ? [{ name: 'DaysToFirstExpiry' as const, value: days(first) }] : []),
    { name: 'Warnings', value: warnings.length },
    // Of these somebody has to mend what was there before the plan: a name that points nowhere, a certificate that nobody can read.
    { name: 'StrayNames', value: toMend.length },
  ];
}

/**
 * Anchors by which a compromised key gets in, or may, and which this run does not cut (I15). Where it cuts all of them, or is an emergency, nothing is
 * said: what becomes of its cuts the next run sees, and no alarm ends by what was only planned.
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

/** How long ago the last run succeeded; a clock that is behind makes that now. */
export const sinceSuccess = (last: string, now: number): Metric => ({
  name: 'SecondsSinceSuccess',
  value: Math.max(0, now - secondsOf(last)),
});

/**
 * Scopes that have halted while their run goes on, for hours or a soak. An alarm that keeps its state rings no second time where the run
 * before has halted as well, so that there is an event beside it (I10, I13).
 */
export const haltedMeanwhile = (value: number): Metric[] => [
  { name: 'HaltedScopes', value },
  { name: 'HaltedMeanwhile', value },
];

/**
 * How many scopes halted, as the machine's cause lists them, which is at most the first five of a wave. A halt that is
 * no scope's (a plan that failed) says nothing of scopes, and ends no alarm; nor does the good end of an emergency, which looked at what it names alone.
 */
export function haltedScopes(halt: { Cause: string } | undefined, mode: Mode | null): Metric[] {
  const count = halt ? haltedIn(halt.Cause) : mode === 'emergency' ? null : 0;
  return count === null ? [] : [{ name: 'HaltedScopes', value: count }];
}
