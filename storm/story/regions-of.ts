import { chanceAt } from '../../simulation/chance/chance.ts';
import type { Scenario } from '../../simulation/organizations/scenario.ts';

/**
 * In a quarter of the seeds with two hosts projects have their data in a region, and one host alone answers each of them: mostly one project, and
 * in some seeds every one, some here and some there.
 */
export function regionsOf(
  seed: number,
  { projects, hosts }: Pick<Scenario, 'projects' | 'hosts'>,
): Pick<Scenario, 'regions'> {
  const chance = chanceAt(seed, 'regions');
  if (hosts.length < 2 || !chance.happens(0.25)) return {};
  const first = chance.pick(projects);
  const isEverywhere = chance.happens(0.4);
  const regional = isEverywhere ? projects : [first];
  return { regions: Object.fromEntries(regional.map((project) => [project, chance.pick(hosts)])) };
}
