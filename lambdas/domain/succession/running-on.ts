import type { Anchor } from '../anchor.ts';
import { type ClientFacts, leadsTo, leafIn } from '../leaf/client-facts.ts';
import { activeFor, waysIn } from '../planning/direct-path.ts';
import { indexAnchors, type PlanningFacts } from '../planning/facts.ts';
import { lineageOf } from './lineage.ts';

/**
 * Whether a client runs on a candidate for its retiring anchor's place (rule 2). It does where it gets in by
 * the candidate. It also does where the candidate is not active for it yet, and it gets in by another anchor
 * of the authority. An expired retiring anchor counts as such a way in. A client that gets in by another
 * authority is no evidence, since the choice does not concern it. Neither is a client whose leaf gets in
 * nowhere, such as a leaf of a root that was deactivated long ago.
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
  // Otherwise an upload of the CA that issues the leaves would count every client, before anybody has seen
  // whom its filter lets in (F1, F7).
  const isThrough =
    leaf.issuers.includes(candidate.anchorId) && !entries.some((id) => leaf.issuers.includes(id));
  return entries.length > 0 && !isThrough;
}
