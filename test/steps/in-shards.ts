import { expect } from 'vitest';
import { isInShard } from '../../lambdas/domain/cut/shards.ts';

const SHARDS = [0, 1].map((at) => ({ at, of: 2 }));

/** Returns which of two shards a client is in: 0 or 1. */
export const shardOf = (client: string): number => SHARDS.findIndex((one) => isInShard(client, one));

/** Returns the first of the names that is in the given shard of two. */
export const namedIn = (shard: number, ...names: string[]): string =>
  names.find((name) => shardOf(name) === shard) ?? expect.unreachable();
