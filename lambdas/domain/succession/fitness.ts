import { type Anchor, isValidAt } from '../anchor.ts';
import { isCertifyingLeaked, whoSends } from '../blocked/vouching.ts';
import { firstFew } from '../first-few.ts';
import { dayOf, dayOrTimeOf } from '../instant.ts';
import { isCompromised, isSuspect } from '../planning/compromise.ts';
import { dueAt, type PlanningFacts } from '../planning/facts.ts';

/** True for an anchor that may take the place of another of its authority now (rule 2). */
export const isFit = (anchor: Anchor, retiring: Anchor, facts: PlanningFacts): boolean =>
  unfit(anchor, retiring, facts) === null;

/** Returns why nothing may trust an anchor now; null where it may. */
export function untrusted(anchor: Anchor, facts: PlanningFacts): string | null {
  const { policy, now } = facts;
  if (anchor.flaw) return anchor.flaw;
  if (policy.hold.includes(anchor.anchorId)) return 'is held by policy.hold';
  if (isCompromised(anchor.anchorId, facts)) return 'is named as compromised, or has a key that is';
  if (isCertifyingLeaked(anchor.anchorId, facts))
    return `has certified a CA whose key is named as compromised${bySecretsOf(anchor.anchorId, facts)}, so that leaves of that key would get in by it`;
  if (isSuspect(anchor.anchorId, facts))
    return 'has a key that could not be read, and may be the compromised one';
  if (anchor.expiresAt <= now) return `expired ${dayOf(anchor.expiresAt)}`;
  if (!isValidAt(anchor, now)) return `is not valid before ${dayOrTimeOf(anchor.validAt ?? now, now)}`;
  return null;
}

/** Names the clients whose secrets show it: they need another leaf. */
function bySecretsOf(anchorId: string, facts: PlanningFacts): string {
  const names = whoSends(anchorId, facts);
  return names.length > 0 ? ` (it is in the chain of ${firstFew(names, 5).join(', ')})` : '';
}

/** Returns why an anchor cannot be this one's successor; null where it can. */
export function unfit(anchor: Anchor, retiring: Anchor, facts: PlanningFacts): string | null {
  const { policy, now, request } = facts;
  const why = untrusted(anchor, facts);
  if (why) return why;
  // A compromised anchor may have years left. Its successor only has to last until the next rotation (rule
  // 2).
  if (request.mode === 'emergency' || isCompromised(retiring.anchorId, facts))
    return anchor.expiresAt > now + policy.safetyMargin
      ? null
      : `expires ${dayOf(anchor.expiresAt)}, within the safety margin`;
  if (anchor.expiresAt <= retiring.expiresAt) return `expires ${dayOf(anchor.expiresAt)}, no later than it`;
  if (dueAt(anchor, policy) <= now) return `expires ${dayOf(anchor.expiresAt)}, within the lead time`;
  return null;
}

/**
 * True for an anchor that only outlives the retiring anchor. It is taken where nothing fit is there (rule 2).
 */
export const isStopgap = (anchor: Anchor, retiring: Anchor, facts: PlanningFacts): boolean =>
  untrusted(anchor, facts) === null && anchor.expiresAt > retiring.expiresAt;
