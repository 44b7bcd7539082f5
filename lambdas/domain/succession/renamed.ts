import { type Anchor, activeSetOf } from '../anchor.ts';
import { leadsTo } from '../client.ts';
import { isCompromised } from '../planning/compromise.ts';
import { indexAnchors, type PlanningFacts, type Succession } from '../planning/facts.ts';
import { lineageOf } from './lineage.ts';
import { label } from './missing.ts';
import { begunAt } from './preference.ts';

/** Whether an anchor is of the line of one that retires whatever the two are called by now, since somebody may have corrected a name meanwhile (I11, I16). */
export const isBegunFor = (anchor: Anchor, retiring: Anchor, facts: PlanningFacts): boolean =>
  isBegunByPlan(anchor, retiring, facts) || hasTakenOver(anchor, retiring, facts);

/** An earlier run was to put it in the place of the other, and clients hold a leaf of it. One that nobody holds a leaf of may have been named wrong in the first place. */
const isBegunByPlan = (anchor: Anchor, retiring: Anchor, facts: PlanningFacts): boolean =>
  begunAt(anchor, retiring, facts) !== undefined &&
  (facts.clients ?? []).some(({ running, staged }) =>
    [running, staged].some((held) => leadsTo(held, anchor.anchorId)),
  );

/**
 * What retires is compromised, nobody runs on it any more, and clients were moved from it to the other, which is active wherever it is: the cut takes nothing from them and trusts
 * nothing new, and nothing has to be remembered of the run that has moved them.
 */
function hasTakenOver(anchor: Anchor, retiring: Anchor, facts: PlanningFacts): boolean {
  const { clients = [], inventory } = facts;
  if (!isCompromised(retiring.anchorId, facts)) return false;
  const isLeft = !clients.some(({ running }) => leadsTo(running, retiring.anchorId));
  const wasMovedTo = clients.some(
    ({ running, previous }) => leadsTo(running, anchor.anchorId) && leadsTo(previous, retiring.anchorId),
  );
  const scopes = indexAnchors(inventory).activeIn.get(retiring.anchorId) ?? [];
  return isLeft && wasMovedTo && scopes.every((scope) => activeSetOf(inventory, scope).has(anchor.anchorId));
}

/** What a person is told of pairs that go on though their names say otherwise. */
export const renamedTold = (rotating: readonly Succession[], facts: PlanningFacts): string[] =>
  rotating.flatMap(({ retiring, successor }) => {
    const [from, to] = [retiring, successor].map(({ name }) => lineageOf(name)?.authority);
    if (from === to || facts.policy.successions[retiring.anchorId]) return [];
    return [
      `${label(successor)} takes over from ${label(retiring)} as was begun, though their names state two authorities: one of them was renamed since. Name both as one authority, or state the pair in policy.successions`,
    ];
  });
