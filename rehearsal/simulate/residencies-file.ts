import * as z from 'zod';
import { badFields, valueError } from '../../lambdas/domain/bad-fields.ts';
import { meantAmong } from '../../lambdas/domain/closest.ts';
import { WindlassError } from '../../lambdas/domain/errors.ts';
import { regionOf } from '../../simulation/certificates/regional-hosts.ts';
import { residencyField } from '../../simulation/inventory/inventory-file.ts';
import type { Project } from '../../simulation/world/simulated-organization.ts';

/** The projects with the residencies of a file, by their ids. Throws `InvalidInput` that names the file, and each bad one by its project. */
export function withResidencies(projects: readonly Project[], value: unknown, file: string): Project[] {
  const known = projects.map(({ id }) => id);
  const parsed = z
    .record(z.string(), residencyField)
    .superRefine((residencies, context) => {
      for (const id of Object.keys(residencies))
        if (!known.includes(id))
          context.addIssue({
            code: 'custom',
            path: [id],
            message: `is no project here${meantAmong(id, known)}`,
          });
    })
    .safeParse(value, { error: valueError });
  if (!parsed.success)
    throw new WindlassError(
      'InvalidInput',
      `${file} has no residencies by the ids of their projects, such as {"${known[0]}": "EU_STORAGE_PROCESSING"}: ${badFields(parsed.error, 'the file')}`,
    );
  return projects.map((project) => {
    const residency = parsed.data[project.id];
    return residency === undefined ? project : { ...project, residency };
  });
}

/** How many regions have a host of their own among projects. */
export const regionsAmong = (projects: readonly Project[]): number =>
  new Set(projects.flatMap(({ residency }) => regionOf(residency) ?? [])).size;
