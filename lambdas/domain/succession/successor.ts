import type { Anchor } from '../anchor.ts';
import { isKeyUnknown } from '../planning/compromise.ts';
import type { PlanningFacts } from '../planning/facts.ts';
import { comingOf } from './coming.ts';
import { isFit, isStopgap, untrusted } from './fitness.ts';
import { lineageOf } from './lineage.ts';
import { label, type Missing, missing, readyAt, unnamed } from './missing.ts';
import { byPreference, isAdopted } from './preference.ts';
import { isBegunFor } from './renamed.ts';
import { isAsFit, isWayOut, wantedOf } from './stopgap.ts';

/**
 * The successor, and whether it is only a stopgap. Or why there is none, and when one becomes valid (Unix
 * seconds).
 */
export type Choice = { successor: Anchor; stopgap?: true } | Missing;

/** The authority to suggest in a name where no anchor's name states one. */
const UNNAMED = 'authority';

/**
 * Chooses one successor for a retiring anchor, the same in every scope (rule 2), or says what a person can
 * do.
 */
export function chooseSuccessor(retiring: Anchor, anchors: readonly Anchor[], facts: PlanningFacts): Choice {
  const { policy } = facts;
  if (policy.hold.includes(retiring.anchorId))
    return {
      reason: `${label(retiring)} is held by policy.hold, which an emergency respects too: take it off the hold to rotate it`,
    };
  const named = policy.successions[retiring.anchorId];
  if (named) return namedSuccessor(retiring, named, anchors, facts);
  if (isKeyUnknown(retiring.anchorId, facts))
    return {
      reason: `${label(retiring)} is named as compromised and its certificate cannot be read, so nobody can tell which other anchor has its key: none is chosen to take over. The next run asks for it again; where that goes on, name its successor in policy.successions`,
    };
  const authority = lineageOf(retiring.name)?.authority;
  const isBegun = (anchor: Anchor): boolean => isBegunFor(anchor, retiring, facts);
  if (authority === undefined && !anchors.some(isBegun))
    return {
      reason: `${unnamed(retiring)}, so its authority is unknown: rename it authority@generation, or name its successor in policy.successions`,
    };
  const isOfLine = (anchor: Anchor): boolean =>
    (authority !== undefined && lineageOf(anchor.name)?.authority === authority) || isBegun(anchor);
  const line = anchors.filter((anchor) => anchor.anchorId !== retiring.anchorId && isOfLine(anchor));
  const adopted = line
    .filter((anchor) => isAdopted(anchor, retiring, facts))
    .toSorted(byPreference(retiring, facts));
  const first = adopted.find((anchor) => isAsFit(anchor, retiring, facts));
  const stopgaps = adopted.filter((anchor) => isStopgap(anchor, retiring, facts));
  const choice =
    wantedOf(first, retiring, facts) ??
    stopgaps.find((anchor) => isWayOut(anchor, retiring, facts)) ??
    comingOf(line, retiring, facts) ??
    first ??
    stopgaps[0];
  if (!choice) return missing(retiring, authority ?? UNNAMED, line, anchors, facts);
  if ('reason' in choice) return choice;
  return isFit(choice, retiring, facts) ? { successor: choice } : { successor: choice, stopgap: true };
}

/**
 * Returns the successor that the policy names. It is refused only for validity, hold and compromise (rule 2).
 */
function namedSuccessor(
  retiring: Anchor,
  named: string,
  anchors: readonly Anchor[],
  facts: PlanningFacts,
): Choice {
  const successor = anchors.find(({ anchorId }) => anchorId === named);
  const why = successor ? untrusted(successor, facts) : 'does not exist';
  if (successor && !why) return { successor };
  const which = successor ? label(successor) : named;
  return {
    reason: `policy.successions names ${named} for ${label(retiring)}, but it cannot take over (passed over: ${which} ${why})`,
    ...(successor && readyAt([successor], facts)),
  };
}
