import { firstFew } from '../first-few.ts';
import { type ClientFacts, leadsTo } from '../leaf/client-facts.ts';
import type { Blocked } from '../plan-document/blocked.ts';
import { allowedFor, mayGoByListing } from '../planning/allowances.ts';
import { isCompromised } from '../planning/compromise.ts';
import type { PlanningFacts, Succession } from '../planning/facts.ts';
import { lastingFor } from '../planning/lasting.ts';
import { reaching } from '../planning/reach.ts';
import { movesOf } from '../planning/readiness/moves.ts';
import { provingLeaf } from '../planning/readiness/proving-leaf.ts';
import { strandedIn } from '../planning/scope-clients.ts';
import { trustAfterCut } from '../planning/trust-after-cut.ts';

type Facts = PlanningFacts & { clients: readonly ClientFacts[] };

/**
 * Divides unconfirmed cuts by whether a run can finish them. Some client can still prove the successor in
 * every scope (I8), or nobody has to: a cut on the listing alone is confirmed by the listing as well. Or a
 * client has gone back to the retiring anchor and gets in by nothing: the run takes that cut back (I10). An
 * anchor that is on hold stays cut, so such a client is only told (I5, I13).
 */
export function divideByProof(
  cuts: readonly Succession[],
  facts: Facts,
): { provable: Succession[]; unprovable: Blocked[] } {
  const { clients, policy } = facts;
  const canProve = (cut: Succession): boolean =>
    policy.evidence === 'listing' ||
    cut.scopes.every(
      (scope) =>
        mayGoByListing(scope, cut.retiring.anchorId, facts) ||
        reaching(clients, scope).some((client) => provingLeaf(client, cut, facts.now, facts)),
    );
  const all = cuts.map((cut) => ({ cut, outside: outsideBy(cut, facts) }));
  const isOnHold = ({ retiring }: Succession): boolean => policy.hold.includes(retiring.anchorId);
  const goes = ({ cut, outside }: (typeof all)[number]): boolean =>
    canProve(cut) || (outside.length > 0 && !isOnHold(cut));
  const orBack = ({ anchorId }: Succession['retiring']): string =>
    isCompromised(anchorId, facts) ? '' : `, or activate ${anchorId} there again`;
  return {
    provable: all.filter(goes).map(({ cut }) => cut),
    unprovable: all.flatMap(({ cut, outside }): Blocked[] => {
      const { retiring, successor, scopes } = cut;
      const { anchorId: anchor } = retiring;
      const where = firstFew(scopes, 5).join(', ');
      const told = {
        ...{ anchor, scopes: [...scopes], clients: outside, shutOut: true as const },
        reason: `${firstFew(outside, 5).join(', ')} gets in nowhere: it runs on ${anchor}, which was cut in ${where} and is on hold, so that nobody puts it back. Make a leaf of ${successor.anchorId} current for it, or activate ${anchor} there by hand`,
      };
      const unconfirmable = {
        anchor,
        reason: `${anchor} was cut in ${where}, and no client can confirm it there any more: stage a leaf for one that chains to ${successor.anchorId}${orBack(retiring)}`,
      };
      return [
        ...(outside.length > 0 && isOnHold(cut) ? [told] : []),
        ...(goes({ cut, outside }) ? [] : [unconfirmable]),
      ];
    }),
  };
}

/**
 * Returns the names of clients that an unconfirmed cut alone keeps outside: they run on its retiring anchor,
 * and have no leaf to be moved to. Nobody is let in again by a compromised anchor (I15).
 */
function outsideBy(cut: Succession, facts: Facts): string[] {
  const { anchorId } = cut.retiring;
  if (isCompromised(anchorId, facts)) return [];
  const { leaveBehind } = allowedFor(anchorId, facts);
  const running = facts.clients.filter(
    (client) => leadsTo(client.running, anchorId) && !leaveBehind.has(client.name),
  );
  if (running.length === 0) return [];
  const lasting = lastingFor([cut], facts);
  const { moved } = movesOf([cut], facts, lasting);
  const around = { trustedAfter: trustAfterCut([cut], facts), ...{ lasting, moved, facts } };
  return cut.scopes.flatMap((scope) => strandedIn(cut, scope, running, around).stranded ?? []);
}
