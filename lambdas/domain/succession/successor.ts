import type { Anchor } from '../anchor.ts';
import { type ClientFacts, leadsTo, leafIn } from '../client.ts';
import { refusersOf } from '../cut/turned-away.ts';
import { isCompromised, isKeyUnknown, isVouching } from '../planning/compromise.ts';
import { activeFor } from '../planning/direct-path.ts';
import type { PlanningFacts } from '../planning/facts.ts';
import { isFit, isStopgap, untrusted } from './fitness.ts';
import { isOlderGeneration, lineageOf } from './lineage.ts';
import { label, type Missing, missing, readyAt, unnamed } from './missing.ts';
import { isSamePair, takenBackAt } from './resume.ts';

/** The successor, and whether it is only a stopgap; or why there is none, and when one becomes valid (Unix seconds). */
export type Choice = { successor: Anchor; stopgap?: true } | Missing;

/** Chooses one successor for a retiring anchor, the same in every scope (rule 2), or says what a person can do. */
export function chooseSuccessor(retiring: Anchor, anchors: readonly Anchor[], facts: PlanningFacts): Choice {
  const { policy } = facts;
  if (policy.hold.includes(retiring.anchorId))
    return {
      reason: `${label(retiring)} is held by policy.hold, which an emergency respects too: take it off the hold to rotate it`,
    };
  const named = policy.successions[retiring.anchorId];
  if (named) return namedSuccessor(retiring, named, anchors, facts);
  if (isKeyUnknown(retiring.anchorId, facts))
    return {
      reason: `${label(retiring)} is named as compromised and its certificate cannot be read, so nobody can tell which other anchor has its key: none is chosen to take over. The next run asks for it again; where that goes on, name its successor in policy.successions`,
    };
  const authority = lineageOf(retiring.name)?.authority;
  if (authority === undefined)
    return {
      reason: `${unnamed(retiring)}, so its authority is unknown: rename it authority@generation, or name its successor in policy.successions`,
    };
  const line = anchors.filter(
    (anchor) => anchor.anchorId !== retiring.anchorId && lineageOf(anchor.name)?.authority === authority,
  );
  const rank = (candidates: readonly Anchor[]) =>
    candidates
      .filter((anchor) => isAdopted(anchor, retiring, facts))
      .toSorted(byPreference(retiring, facts))[0];
  const best = rank(line.filter((anchor) => isFit(anchor, retiring, facts)));
  if (best) return { successor: best };
  const stopgap = rank(line.filter((anchor) => isStopgap(anchor, retiring, facts)));
  if (stopgap) return { successor: stopgap, stopgap: true };
  return missing(retiring, authority, line, anchors, facts);
}

/** A pair that policy names is refused only for validity, hold and compromise (rule 2). */
function namedSuccessor(
  retiring: Anchor,
  named: string,
  anchors: readonly Anchor[],
  facts: PlanningFacts,
): Choice {
  const successor = anchors.find(({ anchorId }) => anchorId === named);
  const why = successor ? untrusted(successor, facts) : 'does not exist';
  if (successor && !why) return { successor };
  const which = successor ? label(successor) : named;
  return {
    reason: `policy.successions names ${named} for ${label(retiring)}, but it cannot take over (passed over: ${which} ${why})`,
    ...(successor && readyAt([successor], facts)),
  };
}

/**
 * What was uploaded before the retiring anchor, or names an older generation, is no next one unless clients hold its leaves: to run on or to move to,
 * and where what retires is compromised also the ones that they had before. By these there is a way back at once (I16).
 */
function isAdopted(anchor: Anchor, retiring: Anchor, facts: PlanningFacts): boolean {
  const isEarlier =
    (anchor.createdAt !== undefined &&
      retiring.createdAt !== undefined &&
      anchor.createdAt < retiring.createdAt) ||
    isOlderGeneration(anchor.name, retiring.name);
  return !isEarlier || isHeldFor(retiring, facts)(anchor);
}

/**
 * The order of what is fit alike (rule 2): what was taken back comes last, and so does what vouches for a compromised key (I15), and where it is urgent
 * what no client holds a leaf of; in an emergency where nobody has to move; the pair that was begun, while some client
 * can move to it or has been moved by it; where most clients run, then where most have staged, and first of all what they can use, then where most run by
 * its leaves on what retires; the pair that was begun though nobody holds a leaf of it; the latest upload, then the greatest id.
 */
function byPreference(retiring: Anchor, facts: PlanningFacts): (one: Anchor, other: Anchor) => number {
  const { clients = [], memory, request } = facts;
  const concerned = clients.filter(
    ({ running }) => leadsTo(running, retiring.anchorId) || leadsToAny(running),
  );
  const isBegun = ({ anchorId }: Anchor): boolean =>
    [...(memory?.begun ?? []), ...(memory?.soaks ?? [])].some((one) =>
      isSamePair(one, { retiring: retiring.anchorId, successor: anchorId }),
    );
  const emptyHanded = clients.filter(({ running }) => leadsTo(running, retiring.anchorId));
  const isOn = (anchor: Anchor) => (client: ClientFacts) =>
    leadsTo(client.running, anchor.anchorId) &&
    !isThrough(client, anchor, retiring, facts) &&
    !isTurnedAway(client, anchor, facts);
  const runsAlready = (anchor: Anchor): boolean =>
    concerned.some(isOn(anchor)) && emptyHanded.every(isOn(anchor));
  const isHeld = isHeldFor(retiring, facts);
  // A pair that was begun goes on while somebody can move to it, or was moved by it. Who took its leaves away, has staged another, or one that
  // nobody can use, has decided otherwise: that some client ran on the successor before says nothing.
  const isGoingOn = ({ anchorId }: Anchor): boolean =>
    clients.some(
      (client) =>
        (leadsTo(client.staged, anchorId) && isReadyToMove(client)) ||
        (leadsTo(client.running, anchorId) && leadsTo(client.previous, retiring.anchorId)),
    );
  const isUrgent = isCompromised(retiring.anchorId, facts);
  const isTakenBack = ({ anchorId }: Anchor): boolean =>
    takenBackAt({ retiring: retiring.anchorId, successor: anchorId }, facts) !== undefined;
  const keys = (anchor: Anchor): number[] => [
    // Where it is urgent, one that nobody could move to is no better than one that was taken back, or lets the leaked key in.
    isTakenBack(anchor) || isVouching(anchor.anchorId, facts) || (isUrgent && !isHeld(anchor)) ? 0 : 1,
    request.mode === 'emergency' && runsAlready(anchor) ? 1 : 0,
    isBegun(anchor) && isGoingOn(anchor) ? 1 : 0,
    clients.filter(isOn(anchor)).length,
    holders(clients.filter(isReadyToMove), 'staged', anchor),
    holders(clients, 'staged', anchor),
    holders(clients, 'running', anchor),
    isBegun(anchor) ? 1 : 0,
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

/**
 * Whether a client gets in by the retiring anchor through the candidate, which has issued its leaf and is not active for it. An upload of the CA that issues
 * the leaves would else have every client on its side, before anybody has seen whom its filter lets in (F1, F7).
 */
function isThrough(
  { running, project }: ClientFacts,
  candidate: Anchor,
  retiring: Anchor,
  { inventory }: PlanningFacts,
): boolean {
  const leaf = leafIn(running);
  if (!leaf?.issuers.includes(candidate.anchorId) || leaf.issuers.includes(retiring.anchorId)) return false;
  return leadsTo(running, retiring.anchorId) && !activeFor(inventory)(project, candidate.anchorId);
}

/** A client that was refused by the candidate, when a cut had left it to that one, does not run on it. */
function isTurnedAway({ running }: ClientFacts, candidate: Anchor, facts: PlanningFacts): boolean {
  const leaf = leafIn(running);
  return leaf !== null && refusersOf(leaf, facts).has(candidate.anchorId);
}

/** Whether some client holds a leaf of an anchor with which it can leave the retiring one. */
const isHeldFor =
  (retiring: Anchor, facts: PlanningFacts) =>
  (anchor: Anchor): boolean => {
    const { clients = [] } = facts;
    const before = isCompromised(retiring.anchorId, facts) ? (['previous'] as const) : [];
    return (['running', 'staged', ...before] as const).some((stage) => holders(clients, stage, anchor) > 0);
  };

type Stage = 'running' | 'staged' | 'previous';

const holders = (clients: readonly ClientFacts[], stage: Stage, anchor: Anchor): number =>
  clients.filter((client) => leadsTo(client[stage], anchor.anchorId)).length;

/** What is staged for a client can be used as it is. */
const isReadyToMove = ({ staged }: ClientFacts): boolean => leafIn(staged)?.problems.length === 0;

const leadsToAny = (held: ClientFacts['running']): boolean => (leafIn(held)?.chainsTo.length ?? 0) > 0;
