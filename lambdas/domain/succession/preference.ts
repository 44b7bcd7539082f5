import type { Anchor } from '../anchor.ts';
import { isVouching } from '../blocked/vouching.ts';
import { type ClientFacts, leadsTo, leafIn } from '../client.ts';
import { refusersOf } from '../cut/turned-away.ts';
import { isCompromised } from '../planning/compromise.ts';
import { indexAnchors, type PlanningFacts } from '../planning/facts.ts';
import { reaches } from '../planning/reach.ts';
import { isFit } from './fitness.ts';
import { isOlderGeneration } from './lineage.ts';
import { isSamePair, takenBackAt } from './resume.ts';
import { runsOn } from './running-on.ts';

/**
 * What was uploaded before the retiring anchor, or names an older generation, is no next one unless clients run on it or have its leaf staged, and where
 * what retires is compromised also a leaf of it that they had before. By these there is a way back at once (I16).
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
 * The order of what is fit alike (rule 2): what was taken back comes last, and so does what vouches for a compromised key (I15), and where it is urgent
 * what no client holds a leaf of; in an emergency where nobody has to move; the pair that was begun, while some client
 * can move to it or has been moved by it; where most clients run, then where most have staged, and first of all what they can use, then where most run by
 * its leaves on what retires, or on nothing; the pair that was begun though nobody holds a leaf of it; where it is urgent, one to which there is a way back; the latest upload, then the greatest id.
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
    // Where it is urgent, one that nobody could move to is no better than one that was taken back, or lets the leaked key in.
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
    // Of stopgaps the one that lasts; of what is fit the latest upload, however long it lasts.
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

/** When the pair was begun, or had soaked until (ISO 8601), or undefined. */
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
 * A pair that was begun goes on while somebody can move to it, or was moved by it whom a scope concerns that is left to cut. Who took its leaves away, has
 * staged another, or one that nobody can use, has decided otherwise: that some client ran on the successor before says nothing.
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

/** A client that was refused by the candidate, when a cut had left it to that one, does not run on it. */
function isTurnedAway({ running }: ClientFacts, candidate: Anchor, facts: PlanningFacts): boolean {
  const leaf = leafIn(running);
  return leaf !== null && refusersOf(leaf, facts).has(candidate.anchorId);
}

/** How many clients had a leaf of an anchor before the one that they run on, where what retires is compromised. */
const hadBefore = (anchor: Anchor, retiring: Anchor, facts: PlanningFacts): number =>
  isCompromised(retiring.anchorId, facts) ? holders(facts.clients ?? [], 'previous', anchor) : 0;

type Stage = 'running' | 'staged' | 'previous';

const holders = (clients: readonly ClientFacts[], stage: Stage, anchor: Anchor): number =>
  clients.filter((client) => leadsTo(client[stage], anchor.anchorId)).length;

/** The successor of a pair was taken back, and no person has asked for it since. */
export const isTakenBack = ({ anchorId }: Anchor, retiring: Anchor, facts: PlanningFacts): boolean =>
  takenBackAt({ retiring: retiring.anchorId, successor: anchorId }, facts) !== undefined;

/** What is staged for a client can be used as it is. */
export const isReadyToMove = ({ staged }: ClientFacts): boolean => leafIn(staged)?.problems.length === 0;

const leadsToAny = (held: ClientFacts['running']): boolean => (leafIn(held)?.chainsTo.length ?? 0) > 0;
