import type { Anchor } from '../anchor.ts';
import { leadsTo } from '../client.ts';
import type { PlanningFacts, Succession } from '../planning/facts.ts';
import { lineageOf } from './lineage.ts';
import { label } from './missing.ts';
import { begunAt } from './preference.ts';

/**
 * Whether an anchor was to take over from another by an earlier run, and clients hold a leaf of it: then it is of that line whatever it is called by now, since somebody may have
 * corrected its name meanwhile (I11, I16). One that nobody holds a leaf of may have been named wrong in the first place.
 */
export const isBegunFor = (anchor: Anchor, retiring: Anchor, facts: PlanningFacts): boolean =>
  begunAt(anchor, retiring, facts) !== undefined &&
  (facts.clients ?? []).some(({ running, staged }) =>
    [running, staged].some((held) => leadsTo(held, anchor.anchorId)),
  );

/** What a person is told of pairs that go on though their names say otherwise. */
export const renamedTold = (rotating: readonly Succession[], facts: PlanningFacts): string[] =>
  rotating.flatMap(({ retiring, successor }) => {
    const [from, to] = [retiring, successor].map(({ name }) => lineageOf(name)?.authority);
    if (from === to || facts.policy.successions[retiring.anchorId]) return [];
    return [
      `${label(successor)} was to take over from ${label(retiring)} by an earlier run, and one of them was renamed since: the rotation goes on. Name both as one authority, or state the pair in policy.successions`,
    ];
  });
