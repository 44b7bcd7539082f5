import { refusersOf } from '../../cut/turned-away.ts';
import { type ClientFacts, type Holding, leadsTo, leafIn } from '../../leaf/client-facts.ts';
import type { LeafFacts } from '../../leaf/leaf-facts.ts';
import { isPast } from '../../succession/moved-past.ts';
import { shutBy } from '../direct-path.ts';
import type { PlanningFacts, Succession } from '../facts.ts';

export type ProvingFacts = Pick<PlanningFacts, 'inventory' | 'now' | 'memory' | 'request'>;

/**
 * Returns the sound leaf of a client whose path to the successor lasts until `until`. The staged leaf goes
 * first, since it comes next, unless the client was moved past it. A leaf that another anchor turns away
 * before its chain is tried does not count (F7).
 */
export function provingLeaf(
  client: ClientFacts,
  succession: Succession,
  until: number,
  facts: ProvingFacts,
): LeafFacts | null {
  const { anchorId, expiresAt } = succession.successor;
  const leadsThere = (leaf: LeafFacts): boolean =>
    leaf.problems.length === 0 && Math.min(leaf.validUntil[anchorId] ?? 0, expiresAt) > until;
  const proves = (held: Holding): LeafFacts | null => {
    const leaf = leafIn(held);
    if (!leaf || !leadsThere(leaf)) return null;
    // A refusal counts here only for a leaf that leads to the retiring anchor too. For a leaf that leads to
    // the successor alone, the overlap itself shows whether it gets in.
    if (leadsTo(leaf, succession.retiring.anchorId) && refusersOf(leaf, facts).has(anchorId)) return null;
    return shutBy(leaf, client.project, succession, { ...facts, until }) === null ? leaf : null;
  };
  const [staged, running] = [proves(client.staged), proves(client.running)];
  return staged && running && isPast(client, succession) ? running : (staged ?? running);
}
