import { expect, it } from 'vitest';
import { plan } from '../../../lambdas/domain/planning/plan.ts';
import { anchor, inventoryOf, leaf, NOW, policyOf } from '../organizations.ts';

/**
 * An emergency has named acme's first anchor, which is active in the organization. A later anchor has let the
 * admin credential in before.
 */
const anchors = [anchor('old', 'acme@1', 90), anchor('gone', 'acme@2', 60), anchor('new', 'acme@3', 300)];
const key = (id: string) => [id, { digest: `key of ${id}`, vouchesFor: [] }] as const;

/**
 * Returns the reasons about the admin credential for which a run after that emergency blocks. Only the keys
 * in `read` could be read.
 */
function blockedBy(read: readonly string[], stays: readonly string[] = [], leadsTo = 'gone', isNamed = true) {
  const { blocked } = plan({
    inventory: inventoryOf(anchors, { organization: ['old', ...stays], proj_a: [] }),
    ...{
      policy: policyOf({ evidence: 'listing', leadTime: isNamed ? 'P30D' : 'P100D' }),
      request: { mode: 'scheduled' },
      now: NOW,
      clients: [],
    },
    ...{
      ...(isNamed && { compromised: { ids: new Set(['old']), keys: new Set(['key of old']) } }),
      keys: new Map(read.map(key)),
    },
    allowances: [{ anchorId: 'old', keyDigest: 'key of old' }],
    admin: leaf('windlass', leadsTo),
  });
  return blocked.map(({ reason }) => reason).filter((reason) => reason.includes('the admin credential'));
}

it('F10, I9: a leaf that leads to an anchor which lets nobody in may hang as well from one whose certificate cannot be read', () => {
  expect(blockedBy(['gone', 'new'])).toEqual([
    expect.stringContaining('a client certificate that may hang from old, and has no other way in'),
  ]);
});

it('F10, I9, F16: so may one that leads to the successor alone, which is not active yet', () => {
  expect(blockedBy(['gone', 'new'], [], 'new')).toEqual([
    expect.stringContaining('hosts may have asked old alone so far'),
  ]);
  expect(blockedBy(['old', 'gone', 'new'], [], 'new')).toEqual([]);
});

it('F10: where it is read, or where what the leaf leads to stays active, the credential holds up no cut', () => {
  expect(blockedBy(['old', 'gone', 'new'])).toEqual([]);
  expect(blockedBy(['gone', 'new'], ['gone'])).toEqual([]);
  // An anchor that is only due waits for the next run, which asks for its certificate again.
  expect(blockedBy(['gone', 'new'], ['gone'], 'new', false)).toEqual([
    expect.stringContaining('hosts may have asked old alone so far'),
  ]);
});
