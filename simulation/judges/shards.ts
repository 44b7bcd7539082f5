import type { Shard } from '../../lambdas/domain/plan-document.ts';
import type { InvocationRecord } from '../log/invocation-record.ts';

type Input = { shard?: Shard; verifications?: unknown; confirmations?: unknown };

/**
 * What has to have been seen when a look returns: its own probes; where a scope's clients are looked at shard by shard, nothing until the
 * last of them, and then the probes of all.
 */
export function createShardsSeen(): (seen: InvocationRecord) => InvocationRecord | null {
  const looks = new Map<string, Map<number, InvocationRecord>>();
  return (seen) => {
    const { shard, verifications, confirmations } = seen.input as Input;
    // It only sums up.
    if (verifications ?? confirmations) return null;
    if (!shard) return seen;
    const visit = `${seen.execution} ${seen.scope} ${seen.state}`;
    const shards = (looks.get(visit) ?? new Map()).set(shard.at, seen);
    looks.set(visit, shards);
    if (shards.size < shard.of) return null;
    looks.delete(visit);
    return { ...seen, probes: [...shards.values()].flatMap(({ probes }) => probes) };
  };
}
