import { activeSetOf, isValidAt, ORGANIZATION, type Scope } from '../anchor.ts';
import { isCompromised, isUnread } from '../planning/compromise.ts';
import { mayTurnAway, waysIn } from '../planning/direct-path.ts';
import type { PlanningFacts, Succession } from '../planning/facts.ts';
import type { TrustedAfter } from '../planning/trust-after-cut.ts';

/**
 * Returns why a cut in the organization would shut the admin credential itself out, with what to do; null
 * where it would not. Where the organization enforces, admin calls may need a certificate too (F10). Without
 * a way in nothing can be undone, and no other run can do anything. Another anchor of that certificate is a
 * way in only where hosts ask it already. Where they may have asked the retiring anchor, the other one's
 * filter may refuse the credential (F7, F16).
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
  const { usable } = trustedAfter(ORGANIZATION, ORGANIZATION, succession);
  const stays = admin.chainsTo.filter((id) => usable.has(id) && admin.validUntil[id] !== undefined);
  const ways = waysIn(admin, ORGANIZATION, facts);
  // Any leaf may lead to an anchor whose certificate could not be read (I9). A compromised anchor is cut
  // where another anchor lets the credential in (I16). Another upload of the compromised key does not count:
  // it may have another filter, and hosts may never have asked it (F7, F16).
  const lasting = stays.filter((id) => !isCompromised(id, facts));
  const isElsewhere = isCompromised(retiring.anchorId, facts) && lasting.length > 0 && ways.length > 0;
  const mayLead = isUnread(retiring.anchorId, facts) && !isElsewhere;
  if (!leads && !mayLead) return null;
  const isAsked = isValidAt(retiring, facts.now) && (mayLead || ways.includes(retiring.anchorId));
  if (stays.length > 0 && !isAsked) return null;
  if (stays.length > 0)
    return `${trap(stays[0] ?? '', retiring.anchorId)}, or deactivate ${retiring.anchorId} in the organization by hand`;
  return `the admin credential presents a client certificate that ${leads ? 'hangs' : 'may hang'} from ${retiring.anchorId}, and has no other way in: once ${successor.anchorId} is active in the organization, put a certificate of it into the admin secret, or take the certificate out where the API asks admin calls for none`;
}

/**
 * Returns why a successor may not be activated in the organization; null where it may. Hosts may ask it about
 * the admin credential before the anchor that lets the credential in now (F7). It has the key and name of
 * that anchor, or it has issued the credential's leaf itself. If its filter refuses the credential, no call
 * can take it back (F10, I10). Any leaf may lead to a successor that nobody could read (I9).
 */
export function shadowsItsOwnWayIn(succession: Succession, facts: PlanningFacts): string | null {
  const { admin, inventory } = facts;
  const { anchorId } = succession.successor;
  if (!admin || activeSetOf(inventory, ORGANIZATION).has(anchorId)) return null;
  const [way] = waysIn(admin, ORGANIZATION, facts);
  if (!way || !(isUnread(anchorId, facts) || mayTurnAway(admin, ORGANIZATION, succession, facts)))
    return null;
  return `${trap(anchorId, way)}, or see in the vendor's console that its filter lets that certificate in and activate ${anchorId} in the organization there`;
}

const trap = (anchorId: string, other: string): string =>
  `the admin credential presents a client certificate that leads to ${anchorId} as to ${other}, or may: hosts may have asked ${other} alone so far, and where the filter of ${anchorId} refuses it nothing could be taken back. Put a certificate that does not lead to both into the admin secret, take it out where the API asks admin calls for none`;
