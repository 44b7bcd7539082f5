import type { Anchor } from '../anchor.ts';
import { secondsOf } from '../instant.ts';
import { type ClientFacts, leadsTo } from '../leaf/client-facts.ts';
import { indexAnchors, type PlanningFacts } from '../planning/facts.ts';
import { lastingFor } from '../planning/lasting.ts';
import { movedTo } from '../planning/readiness/moves.ts';
import { isFit, untrusted } from './fitness.ts';
import { lineageOf } from './lineage.ts';
import { begunAt, isGoingOn, isReadyToMove, isTakenBack } from './preference.ts';
import { runsOn } from './running-on.ts';

/**
 * Whether an anchor is fit, or was fit when its pair was begun and that pair goes on. If the successor has
 * come within the lead time since, that is no reason to begin anew with another. It still has to outlive the
 * retiring anchor.
 */
export function isAsFit(anchor: Anchor, retiring: Anchor, facts: PlanningFacts): boolean {
  if (isFit(anchor, retiring, facts)) return true;
  const begun = begunAt(anchor, retiring, facts);
  return (
    begun !== undefined &&
    isGoingOn(anchor, retiring, facts) &&
    untrusted(anchor, facts) === null &&
    isFit(anchor, retiring, { ...facts, now: Math.min(facts.now, secondsOf(begun)) })
  );
}

/**
 * Returns the fit successor only where some client runs on it or has a usable leaf of it staged, or where its
 * pair goes on. An upload that nobody staged for redirects and stops nothing (F1): it takes no stopgap away
 * from clients that are ready for one.
 */
export function wantedOf(
  anchor: Anchor | undefined,
  retiring: Anchor,
  facts: PlanningFacts,
): Anchor | undefined {
  if (!anchor) return undefined;
  const isHeld = (client: ClientFacts): boolean =>
    runsOn(client, anchor, retiring, facts) ||
    (leadsTo(client.staged, anchor.anchorId) && isReadyToMove(client));
  const isWanted = isGoingOn(anchor, retiring, facts) || (facts.clients ?? []).some(isHeld);
  return isWanted ? anchor : undefined;
}

/**
 * Whether a stopgap's rotation was begun and goes on, or a client that runs on the retiring anchor can move
 * to it.
 */
export function isWayOut(successor: Anchor, retiring: Anchor, facts: PlanningFacts): boolean {
  if (isTakenBack(successor, retiring, facts)) return false;
  const { activeIn } = indexAnchors(facts.inventory);
  const pair = {
    ...{ authority: lineageOf(retiring.name)?.authority ?? null, retiring, successor },
    scopes: activeIn.get(retiring.anchorId) ?? [],
  };
  const lasting = lastingFor([pair], facts);
  const canMove = (client: ClientFacts): boolean =>
    leadsTo(client.running, retiring.anchorId) &&
    movedTo(client, pair, lasting(pair, client), facts) !== null;
  return isGoingOn(successor, retiring, facts) || (facts.clients ?? []).some(canMove);
}
