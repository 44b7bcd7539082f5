import { describe, expect, it } from 'vitest';
import { instant } from '../../../lambdas/domain/instant.ts';
import type { ClientFacts } from '../../../lambdas/domain/leaf/client-facts.ts';
import { plan } from '../../../lambdas/domain/planning/plan.ts';
import { anchor, client, DAY, inventoryOf, leaf, NOW, policyOf } from '../organizations.ts';

/**
 * Returns what a run takes on. Acme's soak ended `servedDaysAgo` days ago (a negative number: it still
 * lasts), and its cut was held for `late`. Beta is ready and expires in `betaExpires` days.
 */
function taken(
  betaExpires: number,
  staged?: string,
  servedDaysAgo = 1,
  { problems = [], except = [] }: { problems?: readonly string[]; except?: string[] } = {},
) {
  const anchors = [
    anchor('a1', 'acme@1', 25),
    anchor('a2', 'acme@2', 400),
    anchor('b1', 'beta@1', betaExpires),
    anchor('b2', 'beta@2', 400),
  ];
  const soakUntil = instant(NOW - servedDaysAgo * DAY);
  const late = client('late', 'proj_a', staged ? 'a1' : 'a2', staged);
  const { successions, nextRotationAt } = plan({
    inventory: inventoryOf(anchors, { proj_a: ['a1', 'a2'], proj_b: ['b1'], proj_c: ['a1', 'a2'] }),
    request: { mode: 'scheduled' },
    memory: {
      soaks: [{ retiring: 'a1', successor: 'a2', provenAt: instant(NOW - 12 * DAY), soakUntil, except }],
      cuts: [],
    },
    clients: [
      client('api', 'proj_a', 'a2'),
      { ...late, staged: late.staged && { ...late.staged, problems } } as typeof late,
      client('search', 'proj_b', 'b1', 'b2'),
      client('pages', 'proj_c', 'a2'),
    ],
    policy: policyOf(),
    now: NOW,
  });
  const isFollowed = nextRotationAt !== null && Date.parse(nextRotationAt) / 1000 < NOW + DAY;
  return { retired: successions.map(({ retiring }) => retiring).toSorted(), isFollowed };
}

it('I11: what has served its soak goes first, and alone: it is over in minutes', () => {
  expect(taken(0.9)).toEqual({ retired: ['a1'], isFollowed: true });
});

it('rule 5, I17: where somebody has to be moved for it another soak begins, and it goes before nobody who is ready', () => {
  expect(taken(20, 'a2')).toEqual({ retired: ['a1', 'b1'], isFollowed: false });
});

it('rule 5: it waits for a run of its own where the others would cut that soak short', () => {
  expect(taken(0.9, 'a2')).toEqual({ retired: ['b1'], isFollowed: true });
  expect(taken(0.9, 'a2', 1, { except: ['proj_c'] })).toEqual({ retired: ['b1'], isFollowed: true });
});

it.each([
  ['somebody has to be moved by now', 'a2', [], ['b1']],
  ['somebody has to be moved where it had left his scope out', 'a2', ['proj_a'], ['b1']],
  ['it goes on where it was', undefined, [], ['a1', 'b1']],
])(
  'rule 5, I17: a soak with two days left is cut short by nothing where %s',
  (_, staged, except, retired) => {
    // Beta leaves three days for a soak.
    expect(taken(5, staged, -2, { except }).retired).toEqual(retired);
  },
);

it('I11: nobody is moved to a staged leaf that no host takes, so that no soak begins for it', () => {
  expect(taken(20, 'a2', 1, { problems: ['the private key does not belong to the leaf'] })).toEqual({
    retired: ['a1'],
    isFollowed: true,
  });
});

it('rule 3: it goes behind the others as before once it has failed for days', () => {
  expect(taken(20, 'a2', 4)).toMatchObject({ retired: ['b1'] });
});

describe('a soak that begins anew goes beside what cuts it short (I11, I17)', () => {
  /**
   * Returns what a run takes on beside beta, which expires in eight days. Acme has served three of its seven
   * days of soak.
   */
  function takenFor(acme: string[], one: ClientFacts) {
    const anchors = [
      anchor('a1', 'acme@1', 25),
      anchor('a2', 'acme@2', 400),
      anchor('b1', 'beta@1', 8),
      anchor('b2', 'beta@2', 400),
    ];
    const soak = { provenAt: instant(NOW - 3 * DAY), soakUntil: instant(NOW + 4 * DAY) };
    const { successions, promotions } = plan({
      inventory: inventoryOf(anchors, { proj_a: acme, proj_b: ['b1'] }),
      request: { mode: 'scheduled' },
      memory: { cuts: [], soaks: [{ retiring: 'a1', successor: 'a2', ...soak }] },
      clients: [client('api', 'proj_a', 'a2'), one, client('search', 'proj_b', 'b1', 'b2')],
      policy: policyOf(),
      now: NOW,
    });
    const moved = promotions.map((move) => move.client).toSorted();
    return { retired: successions.map(({ retiring }) => retiring).toSorted(), moved };
  }
  const late = (days: number): ClientFacts => {
    const one = client('late', 'proj_a', 'a1', 'a2');
    return { ...one, running: { ...leaf('late:a1', 'a1'), validUntil: { a1: NOW + days * DAY } } };
  };

  it('where somebody has ended its overlap, and a client is outside', () => {
    expect(takenFor(['a1'], client('web', 'proj_a', 'a2'))).toEqual({
      retired: ['a1', 'b1'],
      moved: ['search'],
    });
  });

  it('where the leaf that somebody runs on would end in the soak of the others', () => {
    expect(takenFor(['a1', 'a2'], late(1))).toEqual({ retired: ['a1', 'b1'], moved: ['late', 'search'] });
    expect(takenFor(['a1', 'a2'], late(20))).toEqual({ retired: ['b1'], moved: ['search'] });
  });
});
