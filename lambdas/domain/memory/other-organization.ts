import type { Inventory } from '../anchor.ts';
import type { Client } from '../client.ts';
import { WindlassError } from '../errors.ts';
import { firstFew } from '../first-few.ts';
import { indexAnchors } from '../planning/facts.ts';
import { type Seen, seenOf } from './seen.ts';

/**
 * Whether an organization lists none of the anchors that earlier plans have seen. False where they have seen
 * none.
 */
export function isUnknownTo(seen: readonly Seen[], inventory: Inventory): boolean {
  const ids = [...seenOf(seen, 'anchor').keys()];
  const { anchors } = indexAnchors(inventory);
  return ids.length > 0 && !ids.some((id) => anchors.has(id));
}

/**
 * Throws `AdminKeyRefused` where an organization lists none of the anchors that earlier plans have seen, and
 * no project of a configured client: the admin key is another organization's. Otherwise everything that is
 * remembered would count as over, and would be told so (I13, I15). Where no client is configured, nobody can
 * tell.
 */
export function demandSameOrganization(
  seen: readonly Seen[],
  inventory: Inventory,
  clients: readonly Client[],
): void {
  const listed = new Set(inventory.projects.map(({ projectId }) => projectId));
  const isAnyThere = clients.some(({ project }) => listed.has(project));
  if (clients.length === 0 || isAnyThere || !isUnknownTo(seen, inventory)) return;
  const [ids, projects] = [seenOf(seen, 'anchor').keys(), new Set(clients.map(({ project }) => project))];
  throw new WindlassError(
    'AdminKeyRefused',
    `the organization of the admin key has none of the anchors that were there before (${firstFew([...ids], 5).join(', ')}), nor a project of a configured client (${firstFew([...projects], 5).join(', ')}): nothing was changed, and nothing that is remembered was forgotten. Where the key is another organization's, put this one's into the admin secret. Where all of that has been replaced, or is archived, correct the clients in cdk.json and deploy`,
  );
}
