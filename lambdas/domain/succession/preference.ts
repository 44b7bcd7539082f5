import type { Anchor } from '../anchor.ts';
import { isVouching } from '../blocked/vouching.ts';
import { refusersOf } from '../cut/turned-away.ts';
import { type ClientFacts, leadsTo, leafIn } from '../leaf/client-facts.ts';
import { isCompromised } from '../planning/compromise.ts';
import { indexAnchors, type PlanningFacts } from '../planning/facts.ts';
import { reaches } from '../planning/reach.ts';
import { isFit } from './fitness.ts';
import { isOlderGeneration } from './lineage.ts';
import { isSamePair, takenBackAt } from './resume.ts';
import { runsOn } from './running-on.ts';

/**
 * Whether an anchor may be the next one. An anchor that was uploaded before the retiring one, or names an
 * older generation, may only where clients run on it or have its leaf staged. Where the retiring anchor is
 * compromised, a client's previous leaf of it is enough too, since by that there is a way back at once (I16).
 */
export function isAdopted(anchor: Anchor, retiring: Anchor, facts: PlanningFacts): boolean {
  const { clients = [] } = facts;
  const isEarlier =
    (anchor.createdAt !== undefined &&
      retiring.createdAt !== undefined &&
      anchor.createdAt < retiring.createdAt) ||
    isOlderGeneration(anchor.name, retiring.name);
  return (
    !isEarlier ||
    holders(clients, 'staged', anchor) + hadBefore(anchor, retiring, facts) > 0 ||
    clients.some((client) => runsOn(client, anchor, retiring, facts))
  );
}

/**
 * Compares successors that are equally fit (rule 2). The keys below are in this order. Last come anchors that
 * were taken back, or that vouch for a compromised key (I15), and in an urgent case those that no client
 * holds a leaf of. Then: in an emergency, an anchor that every client runs on already; a pair that was begun
 * and can go on; the anchor that most clients run on; that most have staged, usable leaves first; that most
 * running leaves lead to at all; a pair that was begun, though nobody holds its leaf; in an urgent case, an
 * anchor with a way back; the latest upload; the greatest id.
 */
export function byPreference(retiring: Anchor, facts: PlanningFacts): (one: Anchor, other: Anchor) => number {
  const { clients = [], request } = facts;
  const concerned = clients.filter(
    ({ running }) => leadsTo(running, retiring.anchorId) || leadsToAny(running),
  );
  const emptyHanded = clients.filter(({ running }) => leadsTo(running, retiring.anchorId));
  const isOn = (anchor: Anchor) => (client: ClientFacts) =>
    runsOn(client, anchor, retiring, facts) && !isTurnedAway(client, anchor, facts);
  const runsAlready = (anchor: Anchor): boolean =>
    concerned.some(isOn(anchor)) && emptyHanded.every(isOn(anchor));
  const isHeld = (anchor: Anchor): boolean =>
    holders(clients, 'running', anchor) + holders(clients, 'staged', anchor) > 0 ||
    hadBefore(anchor, retiring, facts) > 0;
  const isUrgent = isCompromised(retiring.anchorId, facts);
  const keys = (anchor: Anchor): number[] => [
    // In an urgent case, an anchor that nobody could move to is no better than one that was taken back or
    // lets the leaked key in.
    isTakenBack(anchor, retiring, facts) ||
    isVouching(anchor.anchorId, facts) ||
    (isUrgent && !isHeld(anchor))
      ? 0
      : 1,
    request.mode === 'emergency' && runsAlready(anchor) ? 1 : 0,
    isGoingOn(anchor, retiring, facts) ? 1 : 0,
    clients.filter(isOn(anchor)).length,
    holders(clients.filter(isReadyToMove), 'staged', anchor),
    holders(clients, 'staged', anchor),
    holders(clients, 'running', anchor),
    begunAt(anchor, retiring, facts) === undefined ? 0 : 1,
    hadBefore(anchor, retiring, facts) > 0 ? 1 : 0,
    // Of stopgaps the longest-lived goes first. Of fit anchors the latest upload does, however long it lasts.
    isFit(anchor, retiring, facts) ? 0 : anchor.expiresAt,
    anchor.createdAt ?? 0,
  ];
  return (one, other) => {
    const [a, b] = [keys(one), keys(other)];
    const at = a.findIndex((key, i) => key !== b[i]);
    if (at !== -1) return (b[at] ?? 0) - (a[at] ?? 0);
    return one.anchorId < other.anchorId ? 1 : -1;
  };
}

/**
 * When the pair was begun, else when its remembered soak was proven (ISO 8601); undefined where neither is
 * known.
 */
export function begunAt(
  { anchorId }: Anchor,
  retiring: Anchor,
  { memory }: PlanningFacts,
): string | undefined {
  const pair = { retiring: retiring.anchorId, successor: anchorId };
  const begun = memory?.begun?.find((one) => isSamePair(one, pair));
  return begun?.begunAt ?? memory?.soaks.find((one) => isSamePair(one, pair))?.provenAt;
}

/**
 * Whether a pair that was begun goes on: some client can move to its successor, or was moved to it and a
 * scope of that client is left to cut. An owner who took its leaves away, or staged another or an unusable
 * one, has decided otherwise. Then it says nothing that some client ran on the successor before.
 */
export function isGoingOn(anchor: Anchor, retiring: Anchor, facts: PlanningFacts): boolean {
  if (begunAt(anchor, retiring, facts) === undefined) return false;
  const scopes = indexAnchors(facts.inventory).activeIn.get(retiring.anchorId) ?? [];
  const wasMoved = (client: ClientFacts): boolean =>
    leadsTo(client.running, anchor.anchorId) &&
    leadsTo(client.previous, retiring.anchorId) &&
    scopes.some((scope) => reaches(client, scope));
  return (facts.clients ?? []).some(
    (client) => (leadsTo(client.staged, anchor.anchorId) && isReadyToMove(client)) || wasMoved(client),
  );
}

/**
 * Whether the candidate refused this client once a cut had left the client to it. Then the client does not
 * count as running on it.
 */
function isTurnedAway({ running }: ClientFacts, candidate: Anchor, facts: PlanningFacts): boolean {
  const leaf = leafIn(running);
  return leaf !== null && refusersOf(leaf, facts).has(candidate.anchorId);
}

/** How many clients have a previous leaf of an anchor, where the retiring anchor is compromised; else 0. */
const hadBefore = (anchor: Anchor, retiring: Anchor, facts: PlanningFacts): number =>
  isCompromised(retiring.anchorId, facts) ? holders(facts.clients ?? [], 'previous', anchor) : 0;

type Stage = 'running' | 'staged' | 'previous';

const holders = (clients: readonly ClientFacts[], stage: Stage, anchor: Anchor): number =>
  clients.filter((client) => leadsTo(client[stage], anchor.anchorId)).length;

/** Whether the successor of a pair was taken back, and no person has asked for it since. */
export const isTakenBack = ({ anchorId }: Anchor, retiring: Anchor, facts: PlanningFacts): boolean =>
  takenBackAt({ retiring: retiring.anchorId, successor: anchorId }, facts) !== undefined;

/** Whether the staged leaf of a client can be used as it is. */
export const isReadyToMove = ({ staged }: ClientFacts): boolean => leafIn(staged)?.problems.length === 0;

const leadsToAny = (held: ClientFacts['running']): boolean => (leafIn(held)?.chainsTo.length ?? 0) > 0;
