import { type ClientFacts, leadsTo, leafIn } from '../leaf/client-facts.ts';
import type { LeafFacts } from '../leaf/leaf-facts.ts';
import { unpresentable } from '../leaf/problems.ts';
import { activeFor } from '../planning/direct-path.ts';
import { indexAnchors, type PlanningFacts, type Succession } from '../planning/facts.ts';
import { mayBelongTo, unplaced } from '../planning/readiness/unplaced.ts';
import { lineageOf, linesOf } from '../succession/lineage.ts';

type Facts = Pick<PlanningFacts, 'inventory'>;

/**
 * Whether a client runs on a retiring anchor, or may, as far as anybody can tell. Every rule about what a cut
 * takes from a client asks this (I1, I9). A leaf that leads nowhere may lead to an anchor that could not be
 * read. Any leaf may lead to such an anchor, although it leads to another upload of that key as well. Of a
 * leaf that nobody can present, only its authority counts.
 */
export function mayRunOn(
  client: ClientFacts,
  succession: Succession,
  { facts, isUnread }: { facts: Facts; isUnread: boolean },
): boolean {
  const isSigned = isSignedOnly(client, succession, facts);
  const isKin = (): boolean => mayBelongTo(client, succession, facts);
  if (unplaced(client) !== null) return isUnread || isSigned || isKin();
  const running = leafIn(client.running);
  if (!running) return false;
  if (isSigned || isSpoiltOf(running, succession, facts)) return true;
  if (leadsTo(running, succession.retiring.anchorId)) return true;
  return isUnread && (isKin() || isOfItsLine(running, succession, facts));
}

/**
 * Whether no TLS stack can present the client's leaf, and that leaf is of the retiring anchor or of its
 * authority. The client works with another leaf, if it works at all. Most likely that is its former leaf of
 * the same authority.
 */
export const isSpoiltOf = (running: LeafFacts, succession: Succession, facts: Facts): boolean =>
  unpresentable(running) !== undefined &&
  (leadsTo(running, succession.retiring.anchorId) || isOfItsLine(running, succession, facts));

/**
 * Whether the retiring anchor has signed a leaf by key and name, while nothing that the leaf leads to by its
 * identifiers is active for its client. Not every host goes by identifiers, so nobody can tell where the
 * client gets in (I9).
 */
export function isSignedOnly(
  { running, project }: ClientFacts,
  { retiring }: Succession,
  { inventory }: Facts,
): boolean {
  const { chainsTo = [], signedBy = [] } = leafIn(running) ?? {};
  return signedBy.includes(retiring.anchorId) && !chainsTo.some((id) => activeFor(inventory)(project, id));
}

/** The anchors that a leaf leads to tell its authority, whatever the configuration states of its client. */
const isOfItsLine = (running: LeafFacts, succession: Succession, { inventory }: Facts): boolean => {
  const { anchors } = indexAnchors(inventory);
  const lines = linesOf(succession);
  return running.chainsTo.some((id) => lines.has(lineageOf(anchors.get(id)?.name ?? null)?.authority ?? ''));
};
