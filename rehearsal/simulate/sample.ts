import { sampleAnchors, type sampleProjects } from '../../simulation/organizations/sample-organization.ts';
import { createOrganization } from '../../simulation/world/organization.ts';
import { parseFilters } from './filters-file.ts';

/** The sample organization with its anchors, and with the filters that were given for them. */
export async function sampleOrganization({ now, projects, filters }: SampleAsked) {
  const organization = createOrganization({ now, projects });
  const anchors = await sampleAnchors(now(), projects);
  for (const { anchor, activeIn } of anchors) organization.seed(anchor, activeIn);
  const ids = anchors.map(({ anchor }) => anchor.id);
  for (const [id, filter] of Object.entries(parseFilters(filters.value, ids, filters.file)))
    organization.setFilter(id, filter);
  return { organization, anchors };
}

type SampleAsked = {
  now: () => number;
  projects: ReturnType<typeof sampleProjects>;
  filters: { value: unknown; file: string };
};
