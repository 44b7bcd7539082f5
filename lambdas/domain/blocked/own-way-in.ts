import { ORGANIZATION, type Scope } from '../anchor.ts';
import { isUnread } from '../planning/compromise.ts';
import type { PlanningFacts, Succession } from '../planning/facts.ts';
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
  if (admin.chainsTo.some((id) => usable.has(id) && admin.validUntil[id] !== undefined)) return null;
  return `the admin credential presents a client certificate that ${leads ? 'hangs' : 'may hang'} from ${retiring.anchorId}, and has no other way in: once ${successor.anchorId} is active in the organization, put a certificate of it into the admin secret, or take the certificate out where the API asks admin calls for none`;
}
