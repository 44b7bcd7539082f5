import { type Anchor, activeSetOf, isValidAt, ORGANIZATION, unlistedIn } from '../anchor.ts';
import { askedAbout, type LeafFacts } from '../client.ts';
import { instant } from '../instant.ts';
import { oncePer } from '../once.ts';
import { indexAnchors, type PlanningFacts, type Succession } from './facts.ts';

type Facts = Pick<PlanningFacts, 'inventory' | 'now'>;

/** What is active for the clients of each project, valid or not; in one that could not be listed anything may be (I9). */
export const activeFor = oncePer((inventory: PlanningFacts['inventory']) => {
  const unlisted = unlistedIn(inventory);
  const shared = activeSetOf(inventory, ORGANIZATION);
  return (project: string, anchorId: string): boolean =>
    unlisted.has(project) || shared.has(anchorId) || activeSetOf(inventory, project).has(anchorId);
});

/**
 * The active anchors, other than the successor, that have issued a leaf themselves. A host goes by these alone, and never tries the
 * chain that the leaf sends along (F7): it is by that chain that the leaf leads to the successor.
 */
export function otherIssuers(
  leaf: LeafFacts,
  project: string,
  { successor }: Succession,
  { inventory }: Facts,
): Anchor[] {
  if (leaf.issuers.includes(successor.anchorId)) return [];
  const { anchors } = indexAnchors(inventory);
  return leaf.issuers
    .filter((id) => activeFor(inventory)(project, id))
    .flatMap((id) => anchors.get(id) ?? []);
}

/** True for an anchor that is active for the clients of a project until a cut, and not after it. */
export type IsGone = (anchorId: string, project: string) => boolean;

/**
 * The active anchors that may decide about a leaf in the successor's place, once what `isGone` for its project is not active any more: those that have
 * issued it, be it beside the successor, and where it has not, the others that the leaf leads to by the chain that it sends along. Of several a host may choose any
 * (F7). Of one that has expired none is chosen by a chain.
 */
export function othersDeciding(
  leaf: LeafFacts,
  project: string,
  succession: Succession,
  { facts, isGone }: { facts: Facts; isGone: IsGone },
): string[] {
  const { inventory, now } = facts;
  const { anchorId } = succession.successor;
  const stays = (id: string): boolean =>
    id !== anchorId && !isGone(id, project) && activeFor(inventory)(project, id);
  if (leaf.issuers.includes(anchorId)) return leaf.issuers.filter(stays);
  const { anchors } = indexAnchors(inventory);
  const byChain = leaf.chainsTo.filter((id) => stays(id) && (anchors.get(id)?.expiresAt ?? 0) > now);
  return [...otherIssuers(leaf, project, succession, facts).map((one) => one.anchorId), ...byChain];
}

/**
 * Whether hosts may ask the successor about a leaf once it is active, and something else lets that leaf in until then (F7): where the
 * successor's filter refuses it, nothing has to be cut for a client to be outside. Time in Unix seconds.
 */
export function mayTurnAway(
  leaf: LeafFacts,
  project: string,
  { successor: { anchorId } }: Succession,
  facts: Facts,
): boolean {
  const isUsable = isWayIn(leaf, project, facts);
  const isIn = askedAbout(leaf, isUsable).some((id) => id !== anchorId);
  return isIn && askedAbout(leaf, (id) => id === anchorId || isUsable(id)).includes(anchorId);
}

/** The anchors by one of which a leaf gets in, as far as nobody knows their filters (F7, F16). Time in Unix seconds. */
export const waysIn = (leaf: LeafFacts, project: string, facts: Facts): string[] =>
  askedAbout(leaf, isWayIn(leaf, project, facts));

const isWayIn =
  (leaf: LeafFacts, project: string, { inventory, now }: Facts) =>
  (id: string): boolean => {
    const anchor = indexAnchors(inventory).anchors.get(id);
    const isValid = anchor !== undefined && isValidAt(anchor, now) && leaf.validUntil[id] !== undefined;
    return isValid && activeFor(inventory)(project, id);
  };

/**
 * Why a host turns a leaf away that leads to the successor by the chain that it sends along, in words; null where it does not. The
 * retiring anchor is asked until it is cut, and any other for as long as the leaf is relied on, in Unix seconds (I19).
 */
export function shutBy(
  leaf: LeafFacts,
  project: string,
  succession: Succession,
  facts: Facts & { until: number },
): string | null {
  const { now, until } = facts;
  const lets = (one: Anchor): boolean => {
    // What nobody can read of the retiring anchor says nothing against it as long as it stands.
    if (one.anchorId === succession.retiring.anchorId) return one.flaw !== undefined || isValidAt(one, now);
    const ends = Math.min(one.expiresAt, leaf.validUntil[one.anchorId] ?? 0);
    return isValidAt(one, now) && ends > until;
  };
  const issuers = otherIssuers(leaf, project, succession, facts);
  const [first] = issuers;
  if (!first || issuers.some(lets)) return null;
  return `${first.anchorId}, which is active there and ${whyShut(first, now)}, has issued it itself: a host asks ${first.anchorId} alone, and never tries the chain`;
}

/** What is wrong with an anchor that lets nobody in, or not for long; `now` in Unix seconds. */
const whyShut = ({ flaw, validAt, expiresAt }: Anchor, now: number): string =>
  flaw ??
  (validAt !== undefined && validAt > now
    ? `is not valid before ${instant(validAt)}`
    : `expires ${instant(expiresAt)}`);
