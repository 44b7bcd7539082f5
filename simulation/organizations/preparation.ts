import type { PlanningFacts, Succession } from '../../lambdas/domain/planning/facts.ts';
import { pairSuccessions } from '../../lambdas/domain/succession/pairing.ts';

/** What the operator prepares the clients for: the organization as it is now, and the successions to come. */
export type Preparation = { facts: PlanningFacts; pairs: readonly Succession[] };

/** The successions of a request. Where sweeps follow an emergency, also those that are due beside it. */
export function preparationFor(facts: PlanningFacts, isSweptAfterwards = false): Preparation {
  const { request } = facts;
  const { pairs } = pairSuccessions(facts);
  if (request.mode !== 'emergency' || !isSweptAfterwards) return { facts, pairs };
  const scheduled = pairSuccessions({
    ...facts,
    request: { mode: 'scheduled' },
    compromised: { ids: new Set(request.anchors), keys: new Set() },
  }).pairs;
  const isNamed = ({ retiring }: Succession) => request.anchors.includes(retiring.anchorId);
  return { facts, pairs: [...pairs, ...scheduled.filter((pair) => !isNamed(pair))] };
}
