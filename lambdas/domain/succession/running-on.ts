import type { Anchor } from '../anchor.ts';
import { type ClientFacts, leadsTo, leafIn } from '../client.ts';
import { activeFor, waysIn } from '../planning/direct-path.ts';
import { indexAnchors, type PlanningFacts } from '../planning/facts.ts';
import { lineageOf } from './lineage.ts';

/**
 * Whether a client runs on what may take the place of its retiring anchor (rule 2): it gets in by it, or by something else of the authority for as long as the candidate
 * is not active for it. By another authority gets in a neighbour, to whom it is all one what is chosen. What an expired retiring anchor has shut out counts as well. Whoever gets in nowhere with its leaf, as with one of a root that was deactivated
 * long ago, is nobody's example: that leaf lies about.
 */
export function runsOn(
  { running, project }: ClientFacts,
  candidate: Anchor,
  retiring: Anchor,
  facts: Pick<PlanningFacts, 'inventory' | 'now'>,
): boolean {
  const leaf = leafIn(running);
  if (leaf?.validUntil[candidate.anchorId] === undefined || leaf.problems.length > 0) return false;
  if (activeFor(facts.inventory)(project, candidate.anchorId)) return true;
  const { anchors } = indexAnchors(facts.inventory);
  const authorityOf = (id: string) => lineageOf(anchors.get(id)?.name ?? null)?.authority;
  const authority = lineageOf(retiring.name)?.authority;
  const ways = waysIn(leaf, project, facts).filter((id) => authorityOf(id) === authority);
  const entries = leadsTo(leaf, retiring.anchorId) ? [retiring.anchorId, ...ways] : ways;
  // An upload of the CA that issues the leaves would else have every client on its side, before anybody has seen whom its filter lets in (F1, F7).
  const isThrough =
    leaf.issuers.includes(candidate.anchorId) && !entries.some((id) => leaf.issuers.includes(id));
  return entries.length > 0 && !isThrough;
}
