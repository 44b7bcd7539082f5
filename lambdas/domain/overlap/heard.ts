import type { ClientCheck, ScopePlan } from '../plan-document.ts';
import { isAtEachHost } from './own-hosts.ts';

/**
 * Whether a look that ends well shows that hosts have heard of each successor that it is about: at each of them some client gets in by that one alone (I8). A shard
 * may have none of those who prove its scope, or only another authority's, or only those whom another host answers. `hosts` are all that are asked.
 */
export function isShownBy(
  { evidence, checks }: Pick<ScopePlan, 'evidence' | 'checks'>,
  looked: readonly ClientCheck[],
  hosts: readonly string[],
): boolean {
  const proving = evidence === 'listing' ? [] : checks.filter(({ inUse, byOthers }) => !inUse && !byOthers);
  const bySuccessor = Map.groupBy(proving, ({ successor }) => successor);
  return looked.every((one) => {
    const shown = bySuccessor.get(one.successor);
    return shown !== undefined && isAtEachHost(shown, [one], hosts);
  });
}
