import { type Anchor, type Inventory, isValidAt, type Scope, scopesOf } from '../anchor.ts';
import type { Blocked } from '../document.ts';
import { firstFew } from '../first-few.ts';
import { dayOf } from '../instant.ts';
import type { Policy } from '../policy.ts';
import type { Request } from '../request.ts';
import { lineageOf } from './lineage.ts';

/** A retiring anchor, the successor that takes its place, and every scope where the retiring one is active. */
export type Succession = { authority: string | null; retiring: Anchor; successor: Anchor; scopes: Scope[] };

export type PlanningFacts = {
  inventory: Inventory;
  policy: Policy;
  request: Request;
  now: number;
  /** Anchors that an earlier emergency named; absent where nobody remembers. */
  compromised?: ReadonlySet<string>;
};

/** Pairs every due anchor with its successor, or says why it has none (DESIGN section 4, rules 1 to 3). */
export function pairSuccessions(facts: PlanningFacts): { pairs: Succession[]; blocked: Blocked[] } {
  const { anchors, activeIn } = indexAnchors(facts.inventory);
  const pairs: Succession[] = [];
  const blocked: Blocked[] = [];
  for (const retiring of dueAnchors(anchors, activeIn, facts)) {
    const found = findSuccessor(retiring, [...anchors.values()], facts);
    if (typeof found === 'string') blocked.push({ anchor: retiring.anchorId, reason: found });
    else {
      const authority = lineageOf(retiring.name)?.authority ?? null;
      pairs.push({ authority, retiring, successor: found, scopes: activeIn.get(retiring.anchorId) ?? [] });
    }
  }
  return { pairs, blocked };
}

/** Every anchor by id, and the scopes each is active in, the organization first. */
export function indexAnchors(inventory: Inventory): {
  anchors: Map<string, Anchor>;
  activeIn: Map<string, Scope[]>;
} {
  const anchors = new Map<string, Anchor>();
  const activeIn = new Map<string, Scope[]>();
  for (const { scope, anchors: listing } of scopesOf(inventory)) {
    for (const anchor of listing) {
      if (!anchors.has(anchor.anchorId)) anchors.set(anchor.anchorId, anchor);
      if (!anchor.active) continue;
      const scopes = activeIn.get(anchor.anchorId);
      if (scopes) scopes.push(scope);
      else activeIn.set(anchor.anchorId, [scope]);
    }
  }
  return { anchors, activeIn };
}

/** The moment from which an anchor is due (rule 1), in Unix seconds. */
export const dueAt = (anchor: Anchor, policy: Policy): number => anchor.expiresAt - policy.leadTime;

function dueAnchors(
  anchors: Map<string, Anchor>,
  activeIn: Map<string, Scope[]>,
  facts: PlanningFacts,
): Anchor[] {
  const { policy, request, now } = facts;
  const active = [...anchors.values()].filter(({ anchorId }) => activeIn.has(anchorId));
  if (request.mode === 'emergency')
    return active.filter(({ anchorId }) => request.anchors.includes(anchorId));
  const due = (anchor: Anchor) => dueAt(anchor, policy) <= now || isCompromised(anchor.anchorId, facts);
  return active.filter((anchor) => !policy.hold.includes(anchor.anchorId) && due(anchor));
}

/** True for an anchor that this request or an earlier emergency named: it is never trusted again. */
export const isCompromised = (anchorId: string, { request, compromised }: PlanningFacts): boolean =>
  (request.mode === 'emergency' && request.anchors.includes(anchorId)) ||
  (compromised?.has(anchorId) ?? false);

/** The successor (rule 2), or the reason there is none, with what the operator can do about it. */
export function findSuccessor(retiring: Anchor, anchors: Anchor[], facts: PlanningFacts): Anchor | string {
  const { policy } = facts;
  if (policy.hold.includes(retiring.anchorId))
    return `${label(retiring)} is held by policy.hold, which an emergency respects too: take it off the hold to rotate it`;
  const named = policy.successions[retiring.anchorId];
  const authority = lineageOf(retiring.name)?.authority;
  if (!named && authority === undefined)
    return `${retiring.anchorId} has no name, so its authority is unknown: rename it authority@generation, or name its successor in policy.successions`;

  const candidates = anchors.filter(
    (anchor) =>
      anchor.anchorId !== retiring.anchorId &&
      (named ? anchor.anchorId === named : lineageOf(anchor.name)?.authority === authority),
  );
  const fit = candidates.filter((anchor) => isFit(anchor, retiring, facts));
  const best = fit.reduce<Anchor | null>(
    (best, a) => (best && best.expiresAt >= a.expiresAt ? best : a),
    null,
  );
  if (best) return best;
  const passedOver = candidates.map((anchor) => `${label(anchor)} ${unfit(anchor, retiring, facts)}`);
  const considered = passedOver.length > 0 ? ` (passed over: ${firstFew(passedOver, 5).join('; ')})` : '';
  if (named)
    return `policy.successions names ${named} for ${label(retiring)}, but it cannot take over${considered}`;
  const nextName = `${authority}@${dayOf(facts.now).slice(0, 7)}`;
  return `${label(retiring)} has no successor: upload a CA certificate named "${nextName}" that is valid now and expires after ${dayOf(earliestEnd(retiring, facts))}${considered}`;
}

/** True for an anchor that may take the place of another of its authority now (rule 2). */
export const isFit = (anchor: Anchor, retiring: Anchor, facts: PlanningFacts): boolean =>
  unfit(anchor, retiring, facts) === null;

/** Why an anchor cannot be this one's successor (rule 2), or null when it can. */
function unfit(anchor: Anchor, retiring: Anchor, facts: PlanningFacts): string | null {
  const { policy, now } = facts;
  if (policy.hold.includes(anchor.anchorId)) return 'is held by policy.hold';
  if (isCompromised(anchor.anchorId, facts)) return 'is named as compromised';
  if (anchor.expiresAt <= now) return `expired ${dayOf(anchor.expiresAt)}`;
  if (!isValidAt(anchor, now)) return `is not valid before ${dayOf(anchor.validAt ?? now)}`;
  if (anchor.expiresAt <= retiring.expiresAt) return `expires ${dayOf(anchor.expiresAt)}, no later than it`;
  if (dueAt(anchor, policy) <= now) return `expires ${dayOf(anchor.expiresAt)}, within the lead time`;
  return null;
}

const earliestEnd = (retiring: Anchor, { policy, now }: PlanningFacts): number =>
  Math.max(retiring.expiresAt, now + policy.leadTime);

const label = ({ anchorId, name }: Anchor): string => (name ? `${anchorId} (${name})` : anchorId);
