import pMap from 'p-map';
import { activeIds, ORGANIZATION } from '../../domain/anchor.ts';
import type { ScopePlan } from '../../domain/document.ts';
import type { Certificates } from './certificates.ts';

/** Listings at once: a project's client also enters by the organization, and the organization's by each project. */
const CONCURRENCY = 5;

/**
 * Clients of a scope whose old leaf may still get in by the other scope that judges their project, since what is to be cut
 * there is active as yet. Whether it is refused is judged there, after the last cut of its ways in (I10).
 */
export async function cutLater(
  certificates: Certificates,
  { scope, checks, cutElsewhere = [] }: ScopePlan,
): Promise<string[]> {
  if (cutElsewhere.length === 0) return [];
  const judged = checks.filter(({ retiringLeaf }) => retiringLeaf !== undefined);
  const otherOf = (project: string) => (scope === ORGANIZATION ? project : ORGANIZATION);
  const others = [...new Set(judged.map(({ project }) => otherOf(project)))];
  const active = await pMap(
    others,
    async (other) => {
      const listed = activeIds(await certificates.list(other));
      return listed.some((id) => cutElsewhere.includes(id)) ? [other] : [];
    },
    { concurrency: CONCURRENCY },
  );
  const open = new Set(active.flat());
  const waiting = judged.filter(({ project }) => open.has(otherOf(project)));
  return [...new Set(waiting.map(({ client }) => client))];
}
