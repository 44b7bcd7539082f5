import { expect } from 'vitest';
import { isInShard } from '../../lambdas/domain/cut/shards.ts';

const SHARDS = [0, 1].map((at) => ({ at, of: 2 }));

/** In which of two shards a client is. */
export const shardOf = (client: string): number => SHARDS.findIndex((one) => isInShard(client, one));

/** The first of some names that is in one of two shards. */
export const namedIn = (shard: number, ...names: string[]): string =>
  names.find((name) => shardOf(name) === shard) ?? expect.unreachable();
