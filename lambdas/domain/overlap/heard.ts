import type { ClientCheck, ScopePlan } from '../plan-document.ts';

/**
 * Whether a look that ends well shows that hosts have heard of each successor that it is about: some client gets in by that one alone (I8). A shard may have none of
 * those who prove its scope, or only another authority's.
 */
export function isShownBy(
  { evidence, checks }: Pick<ScopePlan, 'evidence' | 'checks'>,
  looked: readonly ClientCheck[],
): boolean {
  const proving = evidence === 'listing' ? [] : checks.filter(({ inUse, byOthers }) => !inUse && !byOthers);
  const shown = new Set(proving.map(({ successor }) => successor));
  return looked.every(({ successor }) => shown.has(successor));
}
