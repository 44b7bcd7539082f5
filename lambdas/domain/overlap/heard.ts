import type { ClientCheck } from '../plan-document/client-check.ts';
import type { ScopePlan } from '../plan-document/scope-plan.ts';
import { isAtEachHost } from './own-hosts.ts';

/**
 * Whether a look that ends well shows that hosts have heard of each successor that it is about. At each host,
 * some client has to get in by that successor alone (I8). A shard may have no such client, or only one of
 * another authority or of another host. `hosts` are all that are asked.
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
