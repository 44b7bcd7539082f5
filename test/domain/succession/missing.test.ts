import { describe, expect, it } from 'vitest';
import { dayOf } from '../../../lambdas/domain/instant.ts';
import { missing, readyAt } from '../../../lambdas/domain/succession/missing.ts';
import { anchor, DAY, inventoryOf, NOW, policyOf } from '../organizations.ts';

const facts = (old: ReturnType<typeof anchor>, compromised: string[] = []) => ({
  inventory: inventoryOf([old], { proj_a: ['cert_old'] }),
  ...{ policy: policyOf({}), request: { mode: 'scheduled' as const }, now: NOW },
  compromised: { ids: new Set(compromised), keys: new Set<string>() },
});

describe('what is asked for where nothing can take over (rule 2)', () => {
  it.each([
    ['the lead time from now, where the retiring anchor ends before', 5, [], 30],
    ['the retiring anchor, where that lasts longer', 60, [], 60],
    ['the safety margin, where that one is compromised', 60, ['cert_old'], 2],
  ])('outlives %s', (_, lasts, compromised, days) => {
    const old = anchor('cert_old', 'acme@1', lasts);
    const { reason } = missing(old, 'acme', [], [old], facts(old, compromised));
    expect(reason).toContain(`expires after ${dayOf(NOW + days * DAY)}`);
  });

  it('is waited for until it is valid, and not where its key is compromised (I15)', () => {
    const old = anchor('cert_old', 'acme@1', 20);
    const line = [{ ...anchor('cert_next', 'acme@2', 400), validAt: NOW + DAY }];
    expect(readyAt(line, facts(old))).toEqual({ readyAt: NOW + DAY });
    expect(readyAt(line, facts(old, ['cert_next']))).toEqual({});
  });
});
