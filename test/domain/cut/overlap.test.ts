import { describe, expect, it } from 'vitest';
import { partlyProven, provenIn } from '../../../lambdas/domain/overlap/overlap.ts';
import type { Plan } from '../../../lambdas/domain/plan-document/plan.ts';

describe('whom a scope has proven that halted', () => {
  const part = (client: string) => ({
    scope: 'proj_a',
    of: 2,
    clients: [client],
    error: 'ProbeInconclusive',
  });
  const halt = { error: 'ProbeInconclusive' };

  it('I9, F16: is nobody, where of one of its shards nothing is known', () => {
    expect(provenIn('proj_a', [part('billing')], halt)).toEqual(new Set());
  });

  it('I17: is whomever its shards have proven together, where each has left its word', () => {
    const both = [part('billing'), part('search')];
    expect(provenIn('proj_a', both, halt)).toEqual(new Set(['billing', 'search']));
  });
});

describe('what soaks where it is proven, and not where its scope has halted (I17)', () => {
  const pair = { retiring: 'cert_acme0', successor: 'cert_acme1' };
  const scopes = ['proj_a', 'proj_b', 'proj_c'];
  /**
   * Returns the scopes that the soak leaves out, where proj_a has halted and no client of proj_b is ready for
   * its cut.
   */
  function leftOut(one: Partial<Plan['successions'][number]>) {
    const successions = [{ ...pair, authority: 'acme', retiringExpiresAt: '', ...one }];
    const share = (scope: string) => ({ ...pair, ...(scope === 'proj_b' && { held: true }) });
    const shares = scopes.map((scope) => ({ scope, successions: [share(scope)], checks: [] }));
    const plan = { successions, waves: [{ name: 'projects', scopes: shares }] } as unknown as Plan;
    return partlyProven(plan, { halted: new Set(['proj_a']), widened: new Set() });
  }

  it('rule 5, I18: leaves out the scopes whose cut waits as well: there it soaks before that one', () => {
    expect(leftOut({})).toEqual([{ ...pair, except: ['proj_a', 'proj_b'] }]);
  });

  it('I11: is nothing that is only confirmed, since that has been cut', () => {
    expect(leftOut({ resumed: true })).toEqual([]);
  });
});
