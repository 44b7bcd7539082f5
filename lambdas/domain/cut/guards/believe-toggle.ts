import { activeIds, type ListedAnchor } from '../../anchor.ts';
import { WindlassError } from '../../errors.ts';

/**
 * Believes a toggle only from a listing that is taken after it (I7). Throws `ToggleNotVisible`, which is
 * worth another look.
 */
export function believeToggle(
  scope: string,
  listing: readonly ListedAnchor[],
  expected: { anchorIds: readonly string[]; active: boolean },
): void {
  const active = new Set(activeIds(listing));
  const unseen = expected.anchorIds.filter((id) => active.has(id) !== expected.active);
  if (unseen.length > 0)
    throw new WindlassError(
      'ToggleNotVisible',
      `${scope} still lists ${unseen.join(', ')} as ${expected.active ? 'inactive' : 'active'} after the API took the change`,
    );
}
