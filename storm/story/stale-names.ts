import type { Policy } from '../../lambdas/domain/policy.ts';
import { type Chance, chanceAt } from '../../simulation/chance/chance.ts';
import type { Scenario, ScenarioEvent } from '../../simulation/organizations/scenario.ts';
import { GONE } from '../../simulation/organizations/varied-clients.ts';

const [HOUR, DAY] = [3_600, 86_400];

/** An anchor that does not exist and was never in any listing. */
const GONE_ANCHOR = 'cert_gone';

/**
 * In a share of the seeds, a policy that names things that do not exist, and scopes that may be cut on the
 * listing.
 */
export function variedPolicy(
  seed: number,
  policy: Policy,
  { projects, anchors }: Pick<Scenario, 'projects' | 'anchors'>,
): Policy {
  const chance = chanceAt(seed, 'varied policy');
  if (!chance.happens(0.25)) return policy;
  const variations: readonly ((chance: Chance) => Partial<Policy>)[] = [
    () => ({ hold: [...policy.hold, GONE_ANCHOR] }),
    () => ({ canary: [GONE, ...policy.canary] }),
    () => ({ successions: { ...policy.successions, [GONE_ANCHOR]: chance.pick(anchors).id } }),
    () => ({ successions: { ...policy.successions, [chance.pick(anchors).id]: GONE_ANCHOR } }),
    () => ({ listingScopes: [GONE, ...chance.some(projects, 0.5)] }),
    () => ({ listingScopes: ['organization', ...chance.some(projects, 0.5)] }),
  ];
  return { ...policy, ...chance.pick(variations)(chance) };
}

/** In a share of the seeds, a person mistypes an id in an emergency, mostly while a rotation is at work. */
export function typosOf(seed: number, { start, calm }: { start: number; calm: number }): ScenarioEvent[] {
  const chance = chanceAt(seed, 'typos');
  if (!chance.happens(0.15)) return [];
  const day = start + chance.between(0, Math.floor((calm - start) / DAY) - 1) * DAY;
  const at = chance.happens(0.5) ? day + chance.between(60, 3 * HOUR) : chance.between(start, calm - HOUR);
  const request = {
    mode: 'emergency' as const,
    anchors: [GONE_ANCHOR],
    reason: 'its key leaked, and its id is mistyped',
  };
  // In some of them Lambda does not run that emergency's Plan, so the id is remembered without having been
  // looked up.
  const isUnplanned = chanceAt(seed, 'typos that nobody plans').happens(0.4);
  return [{ id: 'typo', at, kind: 'run', request, ...(isUnplanned && { isUnplanned }) }];
}

/** Whether the people of this seed delete anchors that the policy names. */
export const deletesWhatIsNamed = (seed: number): boolean => chanceAt(seed, 'careless deletes').happens(0.3);
