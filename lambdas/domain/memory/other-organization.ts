import type { Inventory } from '../anchor.ts';
import type { Client } from '../client.ts';
import { WindlassError } from '../errors.ts';
import { firstFew } from '../first-few.ts';
import { indexAnchors } from '../planning/facts.ts';
import type { Request } from '../request.ts';
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

type About = { clients: readonly Client[]; mode: Request['mode'] };

/**
 * Returns how an organization shows that the admin key is another's; null where it does not. It has no project
 * of a configured client, and
 * - `unknown`: it lists none of the anchors that earlier plans have seen;
 * - `first`: no plan has seen anything yet. An emergency names anchors that have to exist, which tells the
 *   organization as well.
 * Where no client is configured, nobody can tell.
 */
export function anothersBy(
  seen: readonly Seen[],
  inventory: Inventory,
  { clients, mode }: About,
): 'unknown' | 'first' | null {
  const listed = new Set(inventory.projects.map(({ projectId }) => projectId));
  if (clients.length === 0 || clients.some(({ project }) => listed.has(project))) return null;
  if (isUnknownTo(seen, inventory)) return 'unknown';
  const isFirst = seenOf(seen, 'anchor').size === 0;
  return isFirst && mode !== 'emergency' ? 'first' : null;
}

/**
 * Throws `AdminKeyRefused` where the admin key is another organization's. Otherwise everything that is
 * remembered would count as over, and would be told so (I13, I15). A first run would even rotate anchors that
 * are not ours (I1).
 */
export function demandSameOrganization(seen: readonly Seen[], inventory: Inventory, about: About): void {
  const by = anothersBy(seen, inventory, about);
  if (by === null) return;
  const known = firstFew([...seenOf(seen, 'anchor').keys()], 5).join(', ');
  const projects = firstFew([...new Set(about.clients.map(({ project }) => project))], 5).join(', ');
  const [lacks, remedy] =
    by === 'first'
      ? [
          `no project of a configured client (${projects}): nothing was changed`,
          'Where these projects are archived or mistyped, correct the clients in cdk.json and deploy',
        ]
      : [
          `none of the anchors that were there before (${known}), nor a project of a configured client (${projects}): nothing was changed, and nothing that is remembered was forgotten`,
          'Where all of that has been replaced, or is archived, correct the clients in cdk.json and deploy',
        ];
  throw new WindlassError(
    'AdminKeyRefused',
    `the organization of the admin key has ${lacks}. Where the key is another organization's, put this one's into the admin secret. ${remedy}`,
  );
}
