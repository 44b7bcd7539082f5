import { describe, expect, it } from 'vitest';
import { whyMissing } from '../../../lambdas/domain/witnesses/concern.ts';
import { anchor, client, inventoryOf, leaf, NOW, policyOf } from '../organizations.ts';

const [retiring, keel] = [anchor('cert_old', 'acme@1', 20), anchor('cert_keel', 'keel@1', 400)];
const successor = anchor('cert_new', 'acme@2', 400);
const facts = {
  inventory: inventoryOf([retiring, successor, keel], { proj_a: ['cert_old'] }),
  ...{ policy: policyOf(), request: { mode: 'scheduled' as const }, now: NOW },
};
const pair = { authority: 'acme', retiring, successor, scopes: ['proj_a'] };
const stranger = client('stranger', 'proj_a', 'cert_keel');

describe('a witness whose leaf at AWSCURRENT is of another authority (F16)', () => {
  it('is none of the succession’s', () => {
    expect(whyMissing(stranger, pair, facts)).toBeNull();
  });

  it('is missed where nobody can read what is staged for it: that may be the leaf to look at (I9)', () => {
    const unread = { ...stranger, staged: { unknown: 'SecretUnavailable: 503' } };
    expect(whyMissing(unread, pair, facts)).toBe('SecretUnavailable: 503');
  });

  it('is missed where its leaf is of the successor that policy names, and ends too soon', () => {
    const named = { ...pair, successor: keel };
    expect(whyMissing({ ...stranger, running: leaf('short', 'cert_keel') }, named, facts)).toContain(
      'no leaf of it leads to cert_keel and lasts',
    );
  });
});
