import pMap from 'p-map';
import { activeIds, otherScope } from '../../domain/anchor.ts';
import type { ScopePlan } from '../../domain/document.ts';
import type { Certificates } from './certificates.ts';

/** Listings at once: a project's client also enters by the organization, and the organization's by each project. */
const CONCURRENCY = 40;

/**
 * Clients of a scope whose old leaf may still get in by the other scope that judges their project, since what is to be cut
 * there is active as yet. Whether it is refused is judged there, after the last cut of its ways in (I10).
 */
export async function cutLater(certificates: Certificates, { scope, checks }: ScopePlan): Promise<string[]> {
  const entering = checks.filter(({ cutElsewhere = [] }) => cutElsewhere.length > 0);
  const others = [...new Set(entering.map(({ project }) => otherScope(scope, project)))];
  const listings = await pMap(
    others,
    async (other) => [other, activeIds(await certificates.list(other))] as const,
    { concurrency: CONCURRENCY },
  );
  const active = new Map(listings);
  const waiting = entering.filter(({ project, cutElsewhere = [] }) => {
    const listed = active.get(otherScope(scope, project)) ?? [];
    return cutElsewhere.some((id) => listed.includes(id));
  });
  return [...new Set(waiting.map(({ client }) => client))];
}
