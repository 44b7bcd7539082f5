import type { AdminCredential } from '../../lambdas/adapters/openai/admin-credential.ts';
import type { Inventory } from '../../lambdas/domain/anchor.ts';
import { WindlassError } from '../../lambdas/domain/errors.ts';
import { firstFew } from '../../lambdas/domain/first-few.ts';
import { anothersBy } from '../../lambdas/domain/memory/other-organization.ts';
import { type Seen, seenOf } from '../../lambdas/domain/memory/seen.ts';

/**
 * Throws `AdminKeyRefused` when the listing shows that the admin key of this shell is another organization's.
 * It then tells nothing about what the functions would do with their own key (I13).
 */
export function demandOwnOrganization(
  seen: readonly Seen[],
  inventory: Inventory,
  {
    credential: { origin = 'the admin key' },
    ...about
  }: Parameters<typeof anothersBy>[2] & { credential: AdminCredential },
): void {
  const by = anothersBy(seen, inventory, about);
  if (by === null) return;
  const others = origin === 'OPENAI_ADMIN_KEY' ? '; the functions use their own key' : '';
  const known = firstFew([...seenOf(seen, 'anchor').keys()], 5).join(', ');
  const projects = firstFew([...new Set(about.clients.map(({ project }) => project))], 5).join(', ');
  const whose =
    by === 'first'
      ? `of an organization that has no project of a configured client (${projects})${others}. Where these projects are archived or mistyped, correct the clients`
      : `another organization's than the one that this stack has rotated, whose anchors it does not list (${known})${others}`;
  throw new WindlassError(
    'AdminKeyRefused',
    `${origin} is ${whose}. To look from here, set OPENAI_ADMIN_KEY to a key of this stack's organization`,
  );
}
