import { describe, expect, it } from 'vitest';
import { instant } from '../../../lambdas/domain/instant.ts';
import { hasFailedForDays } from '../../../lambdas/domain/succession/patience.ts';
import { anchor, DAY, inventoryOf, NOW, policyOf } from '../organizations.ts';

const [retiring, successor] = [anchor('cert_old', 'acme@1', 20), anchor('cert_new', 'acme@2', 400)];
const pair = { authority: 'acme', retiring, successor, scopes: ['proj_a'] };
const begun = { retiring: 'cert_old', successor: 'cert_new', begunAt: instant(NOW - 4 * DAY) };
const key = { digest: 'its key', vouchesFor: [] };
const facts = {
  inventory: inventoryOf([retiring, successor], { proj_a: ['cert_old'] }),
  ...{ policy: policyOf(), request: { mode: 'scheduled' as const }, now: NOW },
  keys: new Map([['cert_old', key]]),
};
const withBegun = (about: object) => ({
  ...facts,
  memory: { soaks: [], cuts: [], begun: [{ ...begun, ...about }] },
});

describe('a pair that was begun four days ago', () => {
  it('has failed for days (rule 3)', () => {
    expect(hasFailedForDays(pair, withBegun({}))).toBe(true);
  });

  it('has not where its cut has turned a client away: it was proven, and is remembered for that client alone', () => {
    const refused = [{ client: 'api', leaf: 'a leaf', by: ['cert_x'] }];
    expect(hasFailedForDays(pair, withBegun({ refused }))).toBe(false);
  });

  it('begins anew where an emergency has named it since, be it by another upload of its key (I15, I16)', () => {
    const namedAgo = (days: number, keyDigest?: string) => ({
      ...withBegun({}),
      keys: new Map(['cert_old', 'cert_again'].map((id) => [id, key])),
      allowances: [
        { anchorId: 'cert_again', ...(keyDigest && { keyDigest }), namedAt: instant(NOW - days * DAY) },
      ],
    });
    expect(hasFailedForDays(pair, namedAgo(1, 'its key'))).toBe(false);
    expect(hasFailedForDays(pair, namedAgo(1, 'another'))).toBe(true);
    expect(hasFailedForDays(pair, namedAgo(4, 'its key'))).toBe(true);
    // This plan is the first to read the certificate of what was named.
    expect(hasFailedForDays(pair, namedAgo(1))).toBe(false);
  });
});
