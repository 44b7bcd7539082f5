import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { inShard, isInShard, shardsOf } from '../../../lambdas/domain/cut/shards.ts';
import type { ScopePlan } from '../../../lambdas/domain/plan-document/scope-plan.ts';

const checkOf = (client: string) => ({
  ...{ client, project: 'proj_a', secret: client },
  ...{ successor: 'cert_new', leaf: 'f'.repeat(64) },
});
const planOf = (names: readonly string[]): ScopePlan => ({
  scope: 'organization',
  successions: [{ retiring: 'cert_old', successor: 'cert_new' }],
  checks: names.map(checkOf),
  promotions: names.map((client) => ({ client, secret: client, leaf: 'f'.repeat(64) })),
  witnesses: names.map((name) => checkOf(`witness of ${name}`)),
});
const numbered = (count: number) => Array.from({ length: count }, (_, i) => `client-${i}`);

describe('the clients of one scope', () => {
  it.each([
    [0, 0],
    [100, 0],
    [101, 5],
    [1_000, 30],
    [10_000, 30],
  ])(
    '%d are proven in %d shards: as many as one function can, and as many functions as a Map runs at once',
    (clients, shards) => {
      expect(shardsOf(planOf(numbered(clients)))).toHaveLength(shards);
    },
  );

  it('count once, however many successors each of them has', () => {
    const twice = [...numbered(60), ...numbered(60)];
    expect(shardsOf(planOf(twice))).toEqual([]);
  });

  it('are each in one shard and in no other, with all that is theirs, and so is whoever is added later', () => {
    const names = fc.uniqueArray(fc.string({ minLength: 1 }), { maxLength: 300 });
    fc.assert(
      fc.property(names, fc.integer({ min: 1, max: 50 }), (clients, most) => {
        const plan = planOf(clients);
        const shards = shardsOf(plan, most);
        const parts = shards.map((shard) => inShard(plan, shard));
        for (const of of ['checks', 'promotions', 'witnesses'] as const) {
          const all: readonly unknown[] | undefined =
            shards.length > 0
              ? parts.flatMap((part): readonly unknown[] => part[of] ?? [])
              : inShard(plan, undefined)[of];
          expect(all).toHaveLength(clients.length);
          expect(new Set<unknown>(all)).toEqual(new Set<unknown>(plan[of]));
        }
        for (const later of ['somebody new', ...clients])
          expect(shards.filter((shard) => isInShard(later, shard)).length).toBe(shards.length > 0 ? 1 : 0);
      }),
    );
  });

  it('are spread well: no function waits long for one that has far more', () => {
    const plan = planOf(numbered(10_000));
    const sizes = shardsOf(plan).map((shard) => inShard(plan, shard).checks.length);
    expect(Math.max(...sizes)).toBeLessThan(1.5 * (10_000 / sizes.length));
  });
});
