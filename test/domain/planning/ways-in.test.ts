import { describe, expect, it } from 'vitest';
import { demandOtherWay } from '../../../lambdas/domain/cut/other-way.ts';
import type { LeafFacts } from '../../../lambdas/domain/leaf/leaf-facts.ts';
import type { AnchorKey } from '../../../lambdas/domain/planning/compromise.ts';
import { plan } from '../../../lambdas/domain/planning/plan.ts';
import { anchor, client, DAY, inventoryOf, leaf, NOW, policyOf } from '../organizations.ts';

const old = anchor('cert_old', 'acme@2025', 20);
const fresh = anchor('cert_new', 'acme@2026', 400);
const both = leaf('api:both', 'cert_old', 'cert_cross');

type Around = {
  crossLasts?: number;
  crossName?: string;
  policy?: Record<string, unknown>;
  keys?: ReadonlyMap<string, AnchorKey>;
};

/**
 * Returns the plan of a cut of `cert_old` that another client proves. `running` may lead to cert_cross, an
 * anchor of another authority, as well.
 */
function cutUnder(
  running: LeafFacts,
  { crossLasts = 900, crossName = 'globex@1', policy = {}, keys }: Around = {},
) {
  const cross = anchor('cert_cross', crossName, crossLasts);
  return plan({
    inventory: inventoryOf([old, fresh, cross], { proj_a: ['cert_old', 'cert_cross'] }),
    policy: policyOf(policy),
    request: { mode: 'scheduled' },
    now: NOW,
    keys,
    clients: [{ ...client('api', 'proj_a'), running }, client('ready', 'proj_a', 'cert_old', 'cert_new')],
  });
}
const shareOf = (planned: ReturnType<typeof plan>) => planned.waves[0]?.scopes[0];

it.each([
  { chainsTo: ['cert_first'], active: ['cert_old'], held: ['api'] },
  { chainsTo: [], active: ['cert_old'], held: ['api'] },
  // The client gets in by cert_first, whatever its host goes by.
  { chainsTo: ['cert_first'], active: ['cert_old', 'cert_first'], held: [] },
  { chainsTo: ['cert_first', 'cert_gx'], active: ['cert_old', 'cert_first'], held: [] },
])(
  'is cut from under nobody whose leaf it has signed by key and name, while what that leads to by its identifiers is not active: $chainsTo beside $active (I1, I9)',
  ({ chainsTo, active, held }) => {
    const running = { ...leaf('api:first', ...chainsTo), signedBy: ['cert_old'] };
    const { blocked } = plan({
      // The configuration and the memory say that this client belongs to globex, which has an upload.
      inventory: inventoryOf(
        [old, fresh, anchor('cert_first', 'acme@2024', 15), anchor('cert_gx', 'globex@1', 900)],
        { proj_a: active },
      ),
      policy: policyOf(),
      request: { mode: 'scheduled' },
      now: NOW,
      clients: [
        { ...client('api', 'proj_a'), running, lastAuthorities: ['globex'], authority: 'globex' },
        client('ready', 'proj_a', 'cert_old', 'cert_new'),
      ],
    });
    expect(blocked.filter((one) => one.anchor === 'cert_old').flatMap((one) => one.client ?? [])).toEqual(
      held,
    );
  },
);

it('is cut from under nobody whose leaf leads to nothing that could be read, wherever it was last seen, while the retiring anchor could not be either (I9)', () => {
  const blockedWith = (...read: string[]) =>
    plan({
      inventory: inventoryOf([old, fresh, anchor('cert_cross', 'globex@1', 900)], { proj_a: ['cert_old'] }),
      policy: policyOf({}),
      request: { mode: 'scheduled' },
      now: NOW,
      keys: new Map(read.map((id) => [id, { digest: id, vouchesFor: [] }])),
      clients: [
        { ...client('stray', 'proj_a'), running: leaf('stray:elsewhere'), authority: 'globex' },
        client('ready', 'proj_a', 'cert_old', 'cert_new'),
      ],
    }).blocked.map((one) => one.client);
  expect(blockedWith('cert_old', 'cert_new')).toEqual([]);
  expect(blockedWith('cert_new')).toContain('stray');
});

describe('another way in', () => {
  it('lets a client keep its leaf, and is looked at again before the cut (I1)', () => {
    const share = shareOf(cutUnder(both));
    expect(share?.successions).toEqual([{ retiring: 'cert_old', successor: 'cert_new' }]);
    expect(share?.relies).toEqual([{ client: 'api', project: 'proj_a', anchors: ['cert_cross'] }]);
  });

  it.each([
    ['no path to it is valid, as where an intermediate has expired', {}],
    ['its path ends before the leaf is relied on no more', { cert_cross: NOW + 8 * DAY }],
  ])('is none where %s (I1, I19)', (_what, other) => {
    const planned = cutUnder({ ...both, validUntil: { cert_old: NOW + 300 * DAY, ...other } });
    expect(shareOf(planned)?.successions).toMatchObject([{ held: true }]);
    expect(planned.blocked).toMatchObject([{ anchor: 'cert_old', client: 'api', scopes: ['proj_a'] }]);
  });

  it('is none where its anchor expires during the soak, and nothing replaces that (I1, I19)', () => {
    const planned = cutUnder(both, { crossLasts: 5, policy: { hold: ['cert_cross'] } });
    expect(shareOf(planned)?.successions).toMatchObject([{ held: true }]);
    expect(planned.blocked).toMatchObject([{ anchor: 'cert_old', client: 'api' }]);
  });

  it.each([
    ['another authority', 'globex@1', {}],
    ['the same: a renewal that is no successor', 'acme@2025b', { successions: { cert_old: 'cert_new' } }],
  ])(
    'is none where it has the very key that is cut, and is of %s: its filter may let nobody in, no probe could tell, and no undo might mend it (I1, F7, F16)',
    (_what, crossName, policy) => {
      const shared = { digest: 'shared', vouchesFor: [] };
      const keys = new Map([
        ['cert_old', shared],
        ['cert_cross', shared],
      ]);
      const planned = cutUnder(both, { keys, crossName, policy });
      expect(planned.blocked.map((one) => one.client)).toContain('api');
    },
  );

  it('is none where the certificate of what is cut could not be read: any other upload may be one of its key (I1, I9, F16)', () => {
    const keys = new Map(['cert_cross', 'cert_new'].map((id) => [id, { digest: id, vouchesFor: [] }]));
    const planned = cutUnder(leaf('api:cross', 'cert_cross'), { keys });
    expect(planned.blocked).toMatchObject([{ anchor: 'cert_old', client: 'api' }]);
    expect(planned.blocked[0]?.reason).toContain('start a new run once the API shows that certificate');
  });

  it('need not outlast the one that is cut: a leaf that ends with both loses nothing by it', () => {
    const ends = { cert_old: NOW + 3 * DAY, cert_cross: NOW + 3 * DAY };
    expect(shareOf(cutUnder({ ...both, validUntil: ends }))?.relies).toMatchObject([{ client: 'api' }]);
  });

  it('has to be valid at the cut itself: an active anchor that has expired lets nobody in (I1)', () => {
    const share = {
      scope: 'proj_a',
      successions: [{ retiring: 'cert_old', successor: 'cert_new' }],
      checks: [],
    };
    const relied = { client: 'api', anchors: ['cert_cross'] };
    const here = [old, fresh, anchor('cert_cross', 'globex@1', 5)].map((one) => ({ ...one, active: true }));
    expect(() => demandOtherWay(share, relied, here, [], NOW)).not.toThrow();
    expect(() => demandOtherWay(share, relied, here, [], NOW + 7 * DAY)).toThrow(
      expect.objectContaining({ name: 'ClientOnRetiring' }),
    );
  });
});
