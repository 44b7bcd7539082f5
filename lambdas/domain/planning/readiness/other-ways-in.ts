import { refusersOf } from '../../cut/turned-away.ts';
import { leadsTo } from '../../leaf/client-facts.ts';
import { askedAbout, type LeafFacts } from '../../leaf/leaf-facts.ts';
import type { PlanningFacts, Succession } from '../facts.ts';
import type { Trust } from '../trust-after-cut.ts';

/**
 * Returns the other anchors that let a client in once the retiring one is gone. An anchor that the leaf leads
 * to by its chain counts only where no active anchor has issued the leaf itself (F7). The cut of an expired
 * retiring anchor opens that chain again. A way in has to last as long as the one that is cut, or as long as
 * the leaf is relied on; its path or its anchor may expire before (I19).
 */
export function otherWaysIn(
  leaf: LeafFacts,
  { retiring }: Succession,
  { active, usable }: Trust,
  until: number,
  facts: Pick<PlanningFacts, 'memory' | 'request'>,
): string[] {
  const anchorEnds = retiring.flaw ? until : retiring.expiresAt;
  // Where nobody can tell whether the leaf leads to the retiring anchor, the other way has to last as long as
  // that one might.
  const own = leadsTo(leaf, retiring.anchorId) ? (leaf.validUntil[retiring.anchorId] ?? 0) : until;
  const needed = Math.min(own, anchorEnds, until);
  const endOf = (id: string): number => Math.min(leaf.validUntil[id] ?? 0, usable.get(id) ?? 0);
  const asked = askedAbout(leaf, (id) => active.has(id) && (id !== retiring.anchorId || usable.has(id)));
  // A host may ask any of several anchors, and one of these has refused this very leaf.
  if (asked.some((id) => refusersOf(leaf, facts).has(id))) return [];
  return asked.filter((id) => usable.has(id) && endOf(id) >= needed);
}
