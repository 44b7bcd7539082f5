import { regionOf } from '../../simulation/certificates/regional-hosts.ts';
import { residencyField } from '../../simulation/inventory/inventory-file.ts';
import type { Project } from '../../simulation/world/simulated-organization.ts';
import { parseByIds } from './by-ids.ts';

/**
 * Adds a file's residencies to the projects, by their ids. Throws `InvalidInput`, which names the file, and
 * each bad residency by its project.
 */
export function withResidencies(projects: readonly Project[], value: unknown, file: string): Project[] {
  const known = projects.map(({ id }) => id);
  const about = { file, known, of: 'project', what: 'residencies', such: 'EU_STORAGE_PROCESSING' } as const;
  const residencies = parseByIds(value, residencyField, about);
  return projects.map((project) => {
    const residency = residencies[project.id];
    return residency === undefined ? project : { ...project, residency };
  });
}

/** How many regions with a host of their own occur among the projects. */
export const regionsAmong = (projects: readonly Project[]): number =>
  new Set(projects.flatMap(({ residency }) => regionOf(residency) ?? [])).size;
