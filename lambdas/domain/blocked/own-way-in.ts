import { type Anchor, activeSetOf, isValidAt, ORGANIZATION, type Scope } from '../anchor.ts';
import { isUnread } from '../planning/compromise.ts';
import { indexAnchors, type PlanningFacts, type Succession } from '../planning/facts.ts';
import type { TrustedAfter } from '../planning/trust-after-cut.ts';

/**
 * Why a cut in the organization would shut the admin credential itself out, with what to do; null where it would not. Where the
 * organization asks callers for a certificate, its admin calls may need one too (F10): without a way in nothing can be undone, and no
 * other run can do anything.
 */
export function shutsItselfOut(
  scope: Scope,
  succession: Succession,
  facts: PlanningFacts,
  trustedAfter: TrustedAfter,
): string | null {
  const { admin } = facts;
  const { retiring, successor } = succession;
  if (scope !== ORGANIZATION || !admin) return null;
  const leads = admin.chainsTo.includes(retiring.anchorId);
  // Any leaf may lead to an anchor whose certificate could not be read (I9).
  if (!leads && !(isUnread(retiring.anchorId, facts) && admin.chainsTo.length === 0)) return null;
  const { usable } = trustedAfter(ORGANIZATION, ORGANIZATION, succession);
  const stays = admin.chainsTo.filter((id) => usable.has(id) && admin.validUntil[id] !== undefined);
  if (stays.some((id) => !isRenewalOf(retiring, id, facts))) return null;
  if (stays.length > 0)
    return `${trap(stays[0] ?? '', retiring.anchorId)}, or deactivate ${retiring.anchorId} in the organization by hand`;
  return `the admin credential presents a client certificate that ${leads ? 'hangs' : 'may hang'} from ${retiring.anchorId}, and has no other way in: once ${successor.anchorId} is active in the organization, put a certificate of it into the admin secret, or take the certificate out where the API asks admin calls for none`;
}

/**
 * Why no successor may be activated in the organization that has the key and the name of an anchor by which the admin credential gets in
 * there: hosts may ask it first (F7), its filter may refuse the credential, and then no call can take it back (F10, I10). Null where that
 * cannot be. Any leaf may lead to a successor that nobody could read (I9).
 */
export function shadowsItsOwnWayIn({ successor }: Succession, facts: PlanningFacts): string | null {
  const { admin, inventory, now } = facts;
  const active = activeSetOf(inventory, ORGANIZATION);
  if (!admin || active.has(successor.anchorId)) return null;
  const { anchors } = indexAnchors(inventory);
  const ways = admin.chainsTo.flatMap((id) => (active.has(id) ? (anchors.get(id) ?? []) : []));
  const isUnknown = isUnread(successor.anchorId, facts);
  const shadowed = ways.find(
    (way) => isValidAt(way, now) && (isUnknown || isRenewalOf(way, successor.anchorId, facts)),
  );
  if (!shadowed) return null;
  return `${trap(successor.anchorId, shadowed.anchorId)}, or see in the vendor's console that its filter lets that certificate in and activate ${successor.anchorId} in the organization there`;
}

/** True where the admin credential leads to another anchor by the same key as to this one: only its name could tell them apart. */
const isRenewalOf = (anchor: Anchor, anchorId: string, { admin, keys, now }: PlanningFacts): boolean => {
  const digest = keys?.get(anchor.anchorId)?.digest;
  const isSameKey = digest !== undefined && digest === keys?.get(anchorId)?.digest;
  return isSameKey && isValidAt(anchor, now) && admin?.chainsTo.includes(anchorId) === true;
};

const trap = (anchorId: string, other: string): string =>
  `the admin credential presents a client certificate that leads to ${anchorId} as to ${other}, or may: they have one key and one name, nobody knows which of them a host asks, and where the filter of ${anchorId} refuses it nothing could be taken back. Put a certificate of another key into the admin secret, take it out where the API asks admin calls for none`;
