import type { Anchor } from '../anchor.ts';
import { type Holding, leadsTo, leafIn } from '../leaf/client-facts.ts';
import type { PlanningFacts, Succession } from '../planning/facts.ts';
import { lineageOf } from './lineage.ts';
import { label } from './missing.ts';
import { begunAt } from './preference.ts';

/**
 * Whether an anchor takes over from a retiring one whatever the two are called by now: somebody may have
 * renamed one of them in the middle of a rotation, and a new name moves nobody back (I11, I16). Plans have to
 * have seen both under one authority, so a pair that only the policy has stated ends with the statement. And
 * a client of the retiring anchor's line has to hold a leaf of the other one. Else that one may have been
 * named wrong in the first place.
 */
export function isBegunFor(anchor: Anchor, retiring: Anchor, facts: PlanningFacts): boolean {
  const { clients = [] } = facts;
  const isOfItsLine = seenWith(retiring, facts);
  if (!isOfItsLine(anchor.anchorId)) return false;
  const isOther = (id: string): boolean => id !== anchor.anchorId && isOfItsLine(id);
  const isFromLine = (...held: Holding[]): boolean => held.some((one) => leafIn(one)?.chainsTo.some(isOther));
  const isBegun = begunAt(anchor, retiring, facts) !== undefined;
  return clients.some(({ running, staged, previous, lastAnchors = [] }) => {
    // A run that has cut what it could forgets that it began the pair. Its clients still show it.
    if (leadsTo(running, anchor.anchorId) && isFromLine(previous)) return true;
    const isHolder = [running, staged].some((held) => leadsTo(held, anchor.anchorId));
    return isBegun && isHolder && (isFromLine(running, staged, previous) || lastAnchors.some(isOther));
  });
}

/** Returns whether plans have seen an anchor under an authority of this one, be it at different times. */
function seenWith({ anchorId }: Anchor, { everCalled }: PlanningFacts): (id: string) => boolean {
  const authorities = new Set(everCalled?.get(anchorId));
  return (id) => everCalled?.get(id)?.some((one) => authorities.has(one)) === true;
}

/** What a person is told of pairs that go on though their names state two authorities. */
export const renamedTold = (rotating: readonly Succession[], facts: PlanningFacts): string[] =>
  rotating.flatMap(({ retiring, successor }) => {
    const [from, to] = [retiring, successor].map(({ name }) => lineageOf(name)?.authority);
    if (from === to || facts.policy.successions[retiring.anchorId]) return [];
    return [
      `${label(successor)} takes over from ${label(retiring)} as was begun, though their names state two authorities: one of them was renamed since. Name both as one authority, or state the pair in policy.successions`,
    ];
  });
