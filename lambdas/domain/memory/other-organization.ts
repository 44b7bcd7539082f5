import type { Inventory } from '../anchor.ts';
import type { Client } from '../client.ts';
import { WindlassError } from '../errors.ts';
import { firstFew } from '../first-few.ts';
import { indexAnchors } from '../planning/facts.ts';
import { type Seen, seenOf } from './seen.ts';

/**
 * Throws `AdminKeyRefused` where an organization lists none of the anchors that earlier plans have seen, nor any project of a configured client: the admin
 * key is another organization's. All that is remembered would be taken for over, and told as well (I13, I15). Without projects it goes by the anchors alone.
 */
export function demandSameOrganization(
  seen: readonly Seen[],
  { organization, projects }: Inventory,
  clients: readonly Client[],
): void {
  const ids = [...seenOf(seen, 'anchor').keys()];
  if (ids.length === 0) return;
  const { anchors } = indexAnchors({ organization, projects });
  const listed = new Set(projects.map(({ projectId }) => projectId));
  if (ids.some((id) => anchors.has(id)) || clients.some(({ project }) => listed.has(project))) return;
  throw new WindlassError(
    'AdminKeyRefused',
    `the admin key's organization has none of the anchors that were there before (${firstFew(ids, 5).join(', ')}), nor a project of a configured client: it is another organization's key. Put this organization's key into the admin secret; nothing was changed, and nothing that is remembered was forgotten`,
  );
}
