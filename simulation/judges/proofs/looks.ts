import { createElsewhereWatch } from '../emergencies/elsewhere.ts';
import { createOutsideBefore } from '../outside-before.ts';
import { judgeHalts } from '../promises/said-undone.ts';
import { createShardsSeen } from '../shards.ts';
import type { JudgeContext, Watch } from '../watch.ts';
import { askedOf } from './asked.ts';
import { isBeside, isExcused } from './excused.ts';
import { missingFrom } from './lacks.ts';

/** Judges I8 and I10: what Verify and Confirm report was seen by their own probes, and an undo is proven. */
export function createLooksWatch(context: JudgeContext): Watch {
  const { replay, scenario } = context;
  /** Undoes that have been proven: `execution scope`. */
  const proven = new Set<string>();
  const elsewhere = createElsewhereWatch(context);
  const seenByAll = createShardsSeen();
  const outside = createOutsideBefore(context);
  return (event) => {
    if (scenario.policy.evidence !== 'probe') return [];
    const postponed = elsewhere(event);
    if (event.what === 'ended') return [...postponed, ...judgeHalts(event, proven)];
    const one = event.what === 'returned' ? replay.state.invocations.get(event.invocation) : undefined;
    const isLook = one?.step === 'verify' || one?.step === 'confirm';
    const seen = isLook && one ? seenByAll(one) : null;
    if (!seen) return postponed;
    const { plan, moment } = askedOf(seen);
    if (moment === 'beforehand') {
      outside.sawBeforehand(seen, event.at);
      return postponed;
    }
    const unseen = plan.checks
      .filter((check) => !isExcused(seen, check, context) && !isBeside(seen, check, context))
      .filter((check) => !outside.isPassed(seen, check))
      .flatMap((check) =>
        missingFrom(seen, check, { ...context, isJudged: !seen.elsewhere.has(check.client) }),
      );
    if (moment === 'afterUndo' && unseen.length === 0) proven.add(`${seen.execution} ${plan.scope}`);
    return [
      ...postponed,
      ...unseen.map((what) => ({
        kind: 'unproven' as const,
        at: event.at,
        what: `${seen.state} in ${plan.scope} returned, though ${what}`,
      })),
    ];
  };
}
