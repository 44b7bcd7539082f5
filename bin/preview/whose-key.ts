import type { AdminCredential } from '../../lambdas/adapters/openai/admin-credential.ts';
import type { Inventory } from '../../lambdas/domain/anchor.ts';
import type { Client } from '../../lambdas/domain/client.ts';
import { WindlassError } from '../../lambdas/domain/errors.ts';
import { firstFew } from '../../lambdas/domain/first-few.ts';
import { isUnknownTo } from '../../lambdas/domain/memory/other-organization.ts';
import { type Seen, seenOf } from '../../lambdas/domain/memory/seen.ts';

/**
 * Throws `AdminKeyRefused` when the listing has none of the anchors that the stack has seen, and no project
 * of a configured client. The admin key of this shell is then another organization's. Its listing tells
 * nothing about what the functions would do with their own key (I13).
 */
export function demandOwnOrganization(
  seen: readonly Seen[],
  inventory: Inventory,
  {
    clients,
    credential: { origin = 'the admin key' },
  }: { clients: readonly Client[]; credential: AdminCredential },
): void {
  const listed = new Set(inventory.projects.map(({ projectId }) => projectId));
  if (!isUnknownTo(seen, inventory) || clients.some(({ project }) => listed.has(project))) return;
  const isOfShell = origin === 'OPENAI_ADMIN_KEY';
  const known = firstFew([...seenOf(seen, 'anchor').keys()], 5).join(', ');
  throw new WindlassError(
    'AdminKeyRefused',
    `${origin} is another organization's than the one that this stack has rotated, whose anchors it does not list (${known})${isOfShell ? '; the functions use their own key' : ''}. To look from here, set OPENAI_ADMIN_KEY to a key of this stack's organization`,
  );
}
