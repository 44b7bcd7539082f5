import type { Scope } from '../anchor.ts';
import { isSignedOnly, isSpoiltOf, mayRunOn } from '../blocked/may-run-on.ts';
import { comingState, stagedState } from '../blocked/staged-state.ts';
import { hasLapsed, isOver } from '../cut/over.ts';
import { refusersOf } from '../cut/turned-away.ts';
import { type ClientFacts, leadsTo, leafIn } from '../leaf/client-facts.ts';
import { unpresentable } from '../leaf/problems.ts';
import { waysIn } from './direct-path.ts';
import type { Lasting, PlanningFacts, Succession } from './facts.ts';
import type { Moved } from './readiness/moves.ts';
import { otherWaysIn } from './readiness/other-ways-in.ts';
import { mayBelongTo, unplaced } from './readiness/unplaced.ts';
import type { TrustedAfter } from './trust-after-cut.ts';

/**
 * Why this very cut locks a client out, or may, and what to do. `readyAt` is when the client can be moved, in
 * Unix seconds, where only time is missing.
 */
export type Lost = { reason: string; readyAt?: number };

/** Returns why this cut would lock the client out; null where it would not. */
export function losesItsLastWayIn(
  client: ClientFacts,
  scope: Scope,
  succession: Succession,
  {
    trustedAfter,
    movedIn,
    lasting,
    facts,
    isUnread,
  }: { trustedAfter: TrustedAfter; lasting: Lasting; facts: PlanningFacts; isUnread: boolean } & Moved,
): Lost | null {
  const { retiring, successor } = succession;
  // By the time of the cut this client runs on its staged leaf, which leads to some successor.
  if (movedIn(scope).has(client.name) || isOver(client, facts)) return null;
  if (!mayRunOn(client, succession, { facts, isUnread })) return null;
  const lost = unplaced(client);
  const wanted = successor.name ? `${successor.anchorId} (${successor.name})` : successor.anchorId;
  const isBefore = leafIn(client.previous)?.validUntil[successor.anchorId] !== undefined;
  const usual = isBefore
    ? `stage again the leaf that client ${client.name} had before (AWSPREVIOUS), which chains to ${wanted}`
    : `stage a leaf for client ${client.name} that chains to ${wanted}`;
  // No leaf lasts longer than the anchor that it chains to.
  const toMoveTo = lasting(succession, client);
  const remedy =
    successor.expiresAt > toMoveTo
      ? usual
      : `upload a generation that lasts longer than ${wanted}, and stage a leaf of it for client ${client.name}`;
  if (lost !== null) {
    // An authority in the configuration does not outweigh what the client was seen to run on, so nobody is
    // told to state one.
    const { lastAuthorities = [] } = client;
    const isSeen =
      lastAuthorities.length > 0 && mayBelongTo({ ...client, authority: undefined }, succession, facts);
    const orState = isSeen ? '' : ', or state its authority in the configuration';
    return {
      reason: `client ${client.name} may run on ${retiring.anchorId}: ${lost}. Repair its secret, or ${remedy}${orState}`,
    };
  }
  const running = leafIn(client.running);
  if (!running) return null;
  if (isSpoiltOf(running, succession, facts))
    return {
      reason: `client ${client.name} may run on ${retiring.anchorId}: ${unpresentable(running)} at AWSCURRENT. Repair its secret, or ${remedy}`,
    };
  // The client may get in by another upload of the same key. If that is compromised, its own cut waits for
  // the client.
  if (hasLapsed(retiring, facts.now)) return null;
  const trusted = trustedAfter(client.project, scope, succession);
  if (otherWaysIn(running, succession, trusted, lasting(succession), facts).length > 0) return null;
  if (isSignedOnly(client, succession, facts))
    return {
      reason: `client ${client.name} may run on ${retiring.anchorId}: that key and name have signed its leaf, which leads by its identifiers to ${running.chainsTo.join(' or ') || 'nothing'} instead, and that is not active for it: ${remedy}`,
    };
  if (!leadsTo(running, retiring.anchorId)) {
    const known = waysIn(running, client.project, facts).filter((id) => id !== retiring.anchorId);
    const reason =
      known.length > 0
        ? `client ${client.name} gets in by ${known.join(' or ')}, which may have the key of ${retiring.anchorId}, whose certificate could not be read: start a new run once the API shows that certificate`
        : `client ${client.name} may run on ${retiring.anchorId}, whose certificate could not be read, and has no other way in: ${remedy}, or start a new run once the API shows that certificate`;
    return { reason };
  }
  const refusers = [...refusersOf(running, facts)].filter((id) => trusted.active.has(id));
  if (refusers.length > 0) {
    const by = refusers.join(' or ');
    return {
      reason: `client ${client.name} runs on ${retiring.anchorId}, and was refused by ${by} with that very leaf once ${retiring.anchorId} was cut, which was undone: ${remedy}, or repair the filter of ${by}, and start a run with --manual. No sweep tries that cut again`,
    };
  }
  const { state, ...ready } = comingState(client, running, succession, { lasting, remedy }) ?? {
    state: `${stagedState(client, succession, { ...facts, until: toMoveTo })}: ${remedy}`,
  };
  return { reason: `client ${client.name} runs on ${retiring.anchorId} and ${state}`, ...ready };
}

/** The reason for a client whose project is not listed: nobody can prove it or move it there. */
export const misplaced = ({ name, project }: ClientFacts, { reason }: Lost): string =>
  `client ${name} names project ${project}, which does not exist or is archived: correct its project, or take the client out of the configuration (${reason})`;
