import type { Blocked } from '../../../lambdas/domain/plan-document/blocked.ts';
import type { JudgeContext } from '../watch.ts';
import { isOfNobodyIn, keysOf } from './blocked-keys.ts';

const DAY = 86_400;

/** How near an anchor's date is, in steps, by a clock that is behind and by one that is ahead. */
export type Urgency = { least: number; most: number };

/**
 * Returns how near its date each thing is that a plan calls blocked, by its key. The plan has
 * returned at `at` (milliseconds).
 */
export function urgenciesOf(
  blocked: readonly Blocked[],
  { at, execution }: { at: number; execution: string },
  context: JudgeContext,
): Map<string, Urgency> {
  const { replay } = context;
  const began = replay.state.plans.get(execution)?.at(-1);
  return new Map(
    blocked.flatMap(keysOf).map(({ key, anchor }) => {
      // No date comes nearer for a client that is outside, or is asked for no certificate: that
      // is so until somebody changes it.
      if (isOfNobodyIn(key)) return [key, { least: 0, most: 0 }];
      // A deleted anchor has no date that comes nearer, and it may have been deleted during planning.
      const isThere = [began?.existing.has(anchor), replay.exists(anchor)];
      const { least, most } = urgencyAt(anchor, at / 1000, context);
      return [key, { least: isThere.every(Boolean) ? least : 0, most: isThere.some(Boolean) ? most : 0 }];
    }),
  );
}

function urgencyAt(anchorId: string, at: number, { rules, scenario }: JudgeContext): Urgency {
  const expiresAt = rules.anchor(anchorId)?.expiresAt ?? Number.POSITIVE_INFINITY;
  const { leadTime, safetyMargin } = scenario.policy;
  const steps = (now: number) =>
    [leadTime, safetyMargin, DAY, 0].filter((step) => expiresAt - now <= step).length;
  return { least: steps(at - rules.TOLERANCE), most: steps(at + rules.TOLERANCE) };
}
