import { type Anchor, activeSetOf, isValidAt, ORGANIZATION, unlistedIn } from '../anchor.ts';
import { instant } from '../instant.ts';
import { askedAbout, type LeafFacts } from '../leaf/leaf-facts.ts';
import { oncePer } from '../once.ts';
import { indexAnchors, type PlanningFacts, type Succession } from './facts.ts';

type Facts = Pick<PlanningFacts, 'inventory' | 'now'>;

/**
 * Whether an anchor is active for the clients of a project, valid or not. In a project that could not be
 * listed any anchor may be active (I9).
 */
export const activeFor = oncePer((inventory: PlanningFacts['inventory']) => {
  const unlisted = unlistedIn(inventory);
  const shared = activeSetOf(inventory, ORGANIZATION);
  return (project: string, anchorId: string): boolean =>
    unlisted.has(project) || shared.has(anchorId) || activeSetOf(inventory, project).has(anchorId);
});

/**
 * Returns the active anchors, other than the successor, that have issued a leaf themselves. A host asks only
 * these, and never tries the chain that the leaf sends along (F7). The leaf leads to the successor only by
 * that chain.
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
 * Returns the active anchors that may decide about a leaf instead of the successor, without those that
 * `isGone` says are cut. These are the anchors that have issued the leaf, beside the successor too. Where the
 * successor has not issued it, they are also the other anchors that the leaf's chain leads to. A host may
 * choose any of several (F7), but never an expired one by a chain.
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
 * Whether hosts may ask the successor about a leaf once it is active, while another anchor lets that leaf in
 * until then (F7). If the successor's filter refuses the leaf, its client is outside before anything is cut.
 * Time in Unix seconds.
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

/**
 * Returns the anchors by one of which a leaf gets in, as far as anybody knows without their filters (F7,
 * F16). Time in Unix seconds.
 */
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
 * Returns why a host turns away a leaf that leads to the successor only by its chain, in words; null where
 * the host does not. The retiring anchor is asked until it is cut. Any other anchor is asked for as long as
 * the leaf is relied on, until `until` in Unix seconds (I19).
 */
export function shutBy(
  leaf: LeafFacts,
  project: string,
  succession: Succession,
  facts: Facts & { until: number },
): string | null {
  const { now, until } = facts;
  const lets = (one: Anchor): boolean => {
    // A retiring anchor that nobody can read counts as letting clients in while it is active.
    if (one.anchorId === succession.retiring.anchorId) return one.flaw !== undefined || isValidAt(one, now);
    const ends = Math.min(one.expiresAt, leaf.validUntil[one.anchorId] ?? 0);
    return isValidAt(one, now) && ends > until;
  };
  const issuers = otherIssuers(leaf, project, succession, facts);
  const [first] = issuers;
  if (!first || issuers.some(lets)) return null;
  return `${first.anchorId}, which is active there and ${whyShut(first, now)}, has issued it itself: a host asks ${first.anchorId} alone, and never tries the chain`;
}

/** Says what is wrong with an anchor that lets nobody in, or not for long; `now` in Unix seconds. */
const whyShut = ({ flaw, validAt, expiresAt }: Anchor, now: number): string =>
  flaw ??
  (validAt !== undefined && validAt > now
    ? `is not valid before ${instant(validAt)}`
    : `expires ${instant(expiresAt)}`);
