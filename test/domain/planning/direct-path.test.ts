import { describe, expect, it } from 'vitest';
import type { ClientFacts } from '../../../lambdas/domain/leaf/client-facts.ts';
import type { LeafFacts } from '../../../lambdas/domain/leaf/leaf-facts.ts';
import { othersDeciding, shutBy } from '../../../lambdas/domain/planning/direct-path.ts';
import { plan } from '../../../lambdas/domain/planning/plan.ts';
import { anchor, client, DAY, inventoryOf, leaf, NOW, policyOf } from '../organizations.ts';

const old = anchor('cert_old', 'acme@2025', 20);
const fresh = anchor('cert_new', 'acme@2026', 400);

/** A leaf that `issuer` has issued itself, with a chain that leads to other anchors as well. */
const issuedBy = (issuer: string, ...others: string[]): LeafFacts => ({
  ...leaf(`issued by ${issuer}`, issuer, ...others),
  issuers: [issuer],
});

type Around = {
  /** In how many days the neighbour's anchor expires. */
  lasts?: number;
  activeIn?: string;
  oldLasts?: number;
  clients?: ClientFacts[];
  witnesses?: ClientFacts[];
};

/**
 * `cert_old` retires in proj_a in favour of `cert_new`. `cert_x`, an anchor of another authority, is active
 * in `activeIn`.
 */
function planned({ lasts = 900, activeIn = 'proj_a', oldLasts = 20, clients = [], witnesses = [] }: Around) {
  const neighbour = anchor('cert_x', 'globex@1', lasts);
  const retiring = { ...old, expiresAt: NOW + oldLasts * DAY };
  const active: Record<string, string[]> = { organization: [], proj_a: ['cert_old'], proj_b: [] };
  return plan({
    inventory: inventoryOf([retiring, fresh, neighbour], {
      ...active,
      [activeIn]: [...(active[activeIn] ?? []), 'cert_x'],
    }),
    policy: policyOf({ hold: ['cert_x'] }),
    request: { mode: 'scheduled' },
    now: NOW,
    clients,
    witnesses,
  });
}
const shareOf = (made: ReturnType<typeof plan>) => made.waves[0]?.scopes[0];
const api = (held: Partial<ClientFacts>): ClientFacts => ({ ...client('api', 'proj_a'), ...held });
const ready = client('ready', 'proj_a', 'cert_old', 'cert_new');
const crossed = issuedBy('cert_x', 'cert_new');

describe('a leaf that another active anchor has issued itself (F7)', () => {
  it.each(['proj_a', 'organization'])(
    'proves nothing of the successor while that one is active in %s (I8)',
    (activeIn) => {
      const share = shareOf(planned({ activeIn, clients: [api({ running: crossed })] }));
      expect(share?.evidence).toBe('listing');
      expect(share?.checks).toMatchObject([{ client: 'api', issuers: ['cert_x'] }]);
    },
  );

  it('proves it where that one is active for others alone, or the successor has issued it', () => {
    const elsewhere = shareOf(planned({ activeIn: 'proj_b', clients: [api({ running: crossed })] }));
    expect(elsewhere).not.toHaveProperty('evidence');
    expect(elsewhere?.checks).toEqual([expect.not.objectContaining({ issuers: expect.anything() })]);
    const own = issuedBy('cert_new');
    expect(shareOf(planned({ clients: [api({ running: own })] }))).not.toHaveProperty('evidence');
  });

  it.each([
    ['has expired', -1],
    ['expires before the leaf is relied on no more', 5],
  ])('proves nothing, and is not asked, where that one %s', (_what, lasts) => {
    const share = shareOf(planned({ lasts, clients: [api({ running: crossed }), ready] }));
    expect(share?.checks.map((one) => one.client)).toEqual(['ready']);
    expect(share).not.toHaveProperty('evidence');
    const { blocked } = planned({ lasts, clients: [api({ running: crossed })] });
    // A held anchor that is about to expire is reported on its own.
    expect(blocked.filter(({ anchor }) => anchor !== 'cert_x')).toMatchObject([
      { anchor: 'cert_old', reason: expect.stringContaining('no configured client can prove cert_new') },
    ]);
  });

  it('is nothing to move to where that one has expired, and the client is told of by name with what to do', () => {
    const stuck = { running: leaf('running', 'cert_old'), staged: crossed };
    const made = planned({ lasts: -1, clients: [api(stuck), ready] });
    expect(made.promotions.map((one) => one.client)).toEqual(['ready']);
    expect(made.blocked).toMatchObject([
      {
        client: 'api',
        scopes: ['proj_a'],
        reason: expect.stringMatching(
          /would be turned away: cert_x, which is active there and expires .*a host asks cert_x alone.*stage a leaf for client api that chains to cert_new/,
        ),
      },
    ]);
    expect(planned({ clients: [api(stuck), ready] }).promotions).toHaveLength(2);
  });

  it('is another way in by that one alone, and not by its chain, once the retiring anchor is cut (I1)', () => {
    const running = issuedBy('cert_x', 'cert_old', 'cert_new');
    expect(shareOf(planned({ clients: [api({ running }), ready] }))?.relies).toEqual([
      { client: 'api', project: 'proj_a', anchors: ['cert_x'] },
    ]);
    const shut = planned({ lasts: -1, clients: [api({ running }), ready] });
    expect(shut.blocked).toMatchObject([{ anchor: 'cert_old', client: 'api' }]);
  });

  it('is the retiring anchor’s until that is cut, and the successor’s after it: the listing is the evidence', () => {
    const running = issuedBy('cert_old', 'cert_new');
    const share = shareOf(planned({ clients: [api({ running })] }));
    expect(share?.evidence).toBe('listing');
    expect(share?.checks).toEqual([expect.not.objectContaining({ issuers: expect.anything() })]);
    // An expired anchor refuses this leaf, and the cut lets it in. So no cut waits for this client, and no
    // host is asked about it.
    const expired = shareOf(planned({ oldLasts: -1, clients: [api({ running }), ready] }));
    expect(expired?.checks.map((one) => one.client)).toEqual(['ready']);
    expect(expired?.successions).toEqual([{ retiring: 'cert_old', successor: 'cert_new' }]);
  });

  it('shows nothing of the successor’s filter by a witness (F16)', () => {
    const stranger = { ...client('stranger', 'proj_a'), running: crossed };
    const made = planned({ clients: [ready], witnesses: [stranger] });
    expect(shareOf(made)?.witnesses).toBeUndefined();
    expect(made.blocked).toMatchObject([{ anchor: 'cert_old', witness: 'stranger' }]);
    expect(
      shareOf(planned({ activeIn: 'proj_b', clients: [ready], witnesses: [stranger] }))?.witnesses,
    ).toHaveLength(1);
  });
});

it.each([
  ['is looked at in the overlap', [], [{ client: 'api', successor: 'cert_new' }]],
  ['is not, where no host takes it: nothing turns it away', ['it is for servers alone'], undefined],
])(
  'what a client runs on, and a renewal may be asked about first (F7, F16), %s',
  (_, problems, runningLeaves) => {
    const running = {
      ...leaf('of both', 'cert_old', 'cert_new'),
      issuers: ['cert_old', 'cert_new'],
      problems,
    };
    const staged = leaf('of the next', 'cert_new');
    const share = shareOf(planned({ clients: [api({ running, staged }), ready] }));
    expect({ runningLeaves: share?.runningLeaves }).toMatchObject({ runningLeaves });
  },
);

it('I17: what a client runs on by the successor alone, which is active already, is not looked at beside its staged leaf', () => {
  const share = shareOf(
    plan({
      inventory: inventoryOf([old, fresh], { proj_a: ['cert_old', 'cert_new'] }),
      ...{ policy: policyOf(), request: { mode: 'scheduled' }, now: NOW },
      clients: [client('api', 'proj_a', 'cert_new'), ready].map((one) => ({
        ...one,
        staged: leaf(`next of ${one.name}`, 'cert_new'),
      })),
    }),
  );
  expect(share).not.toHaveProperty('runningLeaves');
  expect(share?.successions).toEqual([expect.not.objectContaining({ askedFirst: true })]);
});

describe('of the anchors that are active beside the successor (F7)', () => {
  const beside = (lasts: number, about: object = {}) => {
    const neighbour = { ...anchor('cert_x', 'globex@1', lasts), ...about };
    return inventoryOf([old, fresh, neighbour], { proj_a: ['cert_old', 'cert_x'] });
  };
  const pair = { ...{ authority: 'acme', retiring: old, successor: fresh }, scopes: ['proj_a'] };
  const until = NOW + 9 * DAY;

  it('one that has expired decides about nobody by a chain, so that the successor’s filter is seen (F16)', () => {
    const decidingIn = (inventory: ReturnType<typeof beside>) =>
      othersDeciding(leaf('both', 'cert_new', 'cert_x'), 'proj_a', pair, {
        ...{ facts: { inventory, now: NOW }, isGone: () => false },
      });
    expect(decidingIn(beside(1))).toEqual(['cert_x']);
    expect(decidingIn(beside(0))).toEqual([]);
  });

  it('one that is not valid yet turns away what it has issued, however long it lasts (I19)', () => {
    const shutIn = (inventory: ReturnType<typeof beside>) =>
      shutBy(crossed, 'proj_a', pair, { inventory, now: NOW, until });
    expect(shutIn(beside(900))).toBeNull();
    expect(shutIn(beside(900, { validAt: NOW + DAY }))).toMatch(
      /^cert_x, which is active there and is not valid before 2026-11-24.*, has issued it itself: a host asks cert_x alone/,
    );
  });

  it('the retiring one turns nobody away for what nobody can read of it, and does once it has expired (I9)', () => {
    const shutIn = (retiring: typeof old) =>
      shutBy(
        issuedBy('cert_old', 'cert_new'),
        'proj_a',
        { ...pair, retiring },
        {
          ...{ inventory: inventoryOf([retiring, fresh], { proj_a: ['cert_old'] }), now: NOW, until },
        },
      );
    expect(shutIn({ ...old, expiresAt: 0, flaw: 'has no expires_at' })).toBeNull();
    expect(shutIn({ ...old, expiresAt: NOW })).toContain('a host asks cert_old alone');
  });
});
