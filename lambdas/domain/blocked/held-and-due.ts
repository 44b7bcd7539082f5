import { type Anchor, isValidAt, ORGANIZATION } from '../anchor.ts';
import { firstFew } from '../first-few.ts';
import { dayOf } from '../instant.ts';
import { type ClientFacts, leadsTo, leafIn } from '../leaf/client-facts.ts';
import type { Blocked } from '../plan-document/blocked.ts';
import { isCompromised } from '../planning/compromise.ts';
import { dueAt, indexAnchors, type PlanningFacts } from '../planning/facts.ts';

/**
 * Returns held anchors that are due, where clients have no other way in that a run takes care of. Nobody
 * touches them (I5), but a forgotten hold must not let them expire in silence (I13). A compromised held
 * anchor is told of elsewhere.
 */
export function heldAndDue(facts: PlanningFacts & { clients: readonly ClientFacts[] }): Blocked[] {
  const { inventory, policy, request, now, clients } = facts;
  if (request.mode === 'emergency') return [];
  const { anchors, activeIn } = indexAnchors(inventory);
  const isHeldAndDue = (anchor: Anchor): boolean =>
    !anchor.flaw &&
    policy.hold.includes(anchor.anchorId) &&
    dueAt(anchor, policy) <= now &&
    !isCompromised(anchor.anchorId, facts);
  // An anchor that is due and not held is rotated, or told of as blocked.
  const isTended = (id: string): boolean => {
    const anchor = anchors.get(id);
    return anchor !== undefined && isValidAt(anchor, now) && !isHeldAndDue(anchor);
  };
  const letsIn = (id: string, { project }: ClientFacts): boolean =>
    [project, ORGANIZATION].some((scope) => activeIn.get(id)?.includes(scope));
  const held = [...anchors.values()].filter((one) => activeIn.has(one.anchorId) && isHeldAndDue(one));
  return held.flatMap(({ anchorId, expiresAt }): Blocked[] => {
    const on = clients.filter(
      (one) =>
        leadsTo(one.running, anchorId) &&
        letsIn(anchorId, one) &&
        !leafIn(one.running)?.chainsTo.some((id) => letsIn(id, one) && isTended(id)),
    );
    if (on.length === 0) return [];
    const names = firstFew(
      on.map(({ name }) => name),
      5,
    ).join(', ');
    return [
      {
        anchor: anchorId,
        reason: `${anchorId} is held by policy.hold and ends on ${dayOf(expiresAt)}, and nothing else that a run sees to lets ${names} in: take it off the hold to have it rotated, or move whoever runs on it by hand before then`,
      },
    ];
  });
}
