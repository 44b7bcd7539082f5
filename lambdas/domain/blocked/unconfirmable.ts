import { firstFew } from '../first-few.ts';
import type { ClientFacts } from '../leaf/client-facts.ts';
import type { Blocked } from '../plan-document/blocked.ts';
import { mayGoByListing } from '../planning/allowances.ts';
import { isCompromised } from '../planning/compromise.ts';
import type { PlanningFacts, Succession } from '../planning/facts.ts';
import { reaching } from '../planning/reach.ts';
import { provingLeaf } from '../planning/readiness/proving-leaf.ts';

/**
 * Divides unconfirmed cuts by whether they can be confirmed. Either some client can still prove the successor
 * in every scope (I8), or nobody has to: a cut on the listing alone is confirmed by the listing as well.
 */
export function divideByProof(
  cuts: readonly Succession[],
  { clients, ...facts }: PlanningFacts & { clients: readonly ClientFacts[] },
): { provable: Succession[]; unprovable: Blocked[] } {
  const canProve = (cut: Succession): boolean =>
    cut.scopes.every(
      (scope) =>
        mayGoByListing(scope, cut.retiring.anchorId, facts) ||
        reaching(clients, scope).some((client) => provingLeaf(client, cut, facts.now, facts)),
    );
  const orBack = ({ anchorId }: Succession['retiring']): string =>
    isCompromised(anchorId, facts) ? '' : `, or activate ${anchorId} there again`;
  return {
    provable: cuts.filter(canProve),
    unprovable: cuts
      .filter((cut) => !canProve(cut))
      .map(({ retiring, successor, scopes }) => ({
        anchor: retiring.anchorId,
        reason: `${retiring.anchorId} was cut in ${firstFew(scopes, 5).join(', ')}, and no client can confirm it there any more: stage a leaf for one that chains to ${successor.anchorId}${orBack(retiring)}`,
      })),
  };
}
