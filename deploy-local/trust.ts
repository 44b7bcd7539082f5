import * as z from 'zod';
import type { Simulation } from '../rehearsal/simulate/simulate.ts';

const answerSchema = z.object({ data: z.array(z.object({ id: z.string(), active: z.boolean() })) });

/** The anchors that are active in these projects, as the simulated API lists them. */
export async function activeAnchors(
  { apiBase, adminKey }: Simulation,
  projects: readonly string[],
): Promise<Record<string, string[]>> {
  const active: Record<string, string[]> = {};
  for (const project of projects) {
    const answer = await fetch(`${apiBase}/organization/projects/${project}/certificates`, {
      headers: { authorization: `Bearer ${adminKey}` },
    });
    const { data } = answerSchema.parse(await answer.json());
    active[project] = data.flatMap(({ id, active }) => (active ? [id] : [])).sort();
  }
  return active;
}
