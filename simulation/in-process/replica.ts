import type { Scope } from '../../lambdas/domain/anchor.ts';
import type { TrustChange } from '../world/trust.ts';

/**
 * What a place that hears of changes late believes to be active: each change arrives `delayOf` seconds after it
 * was made, and none overtakes another.
 */
export function createReplica(
  changes: readonly TrustChange[],
  now: () => number,
  delayOf: (change: TrustChange, index: number) => number,
): (scope: Scope) => ReadonlySet<string> {
  const active = new Map<Scope, Set<string>>();
  let heard = 0;
  let arrival = Number.NEGATIVE_INFINITY;
  return (scope) => {
    for (let next = changes[heard]; next; next = changes[heard]) {
      arrival = Math.max(arrival, next.at + delayOf(next, heard));
      if (arrival > now()) break;
      const ids = active.get(next.scope) ?? new Set();
      active.set(next.scope, ids);
      if (next.active) ids.add(next.anchorId);
      else ids.delete(next.anchorId);
      heard++;
    }
    return active.get(scope) ?? NONE;
  };
}

const NONE: ReadonlySet<string> = new Set();
