import { chanceAt } from '../../simulation/chance/chance.ts';
import type { Scenario } from '../../simulation/organizations/scenario.ts';

/**
 * In a quarter of the seeds with two hosts, projects have their data in a region, and only one host answers
 * each of them. Mostly this is one project. In some seeds it is every project, on one host or the other.
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
