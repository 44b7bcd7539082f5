import { describe, expect, it } from 'vitest';
import { instant } from '../../../lambdas/domain/instant.ts';
import { plan } from '../../../lambdas/domain/planning/plan.ts';
import { isAsFit } from '../../../lambdas/domain/succession/stopgap.ts';
import { anchor, client, DAY, inventoryOf, leaf, NOW, policyOf } from '../organizations.ts';

const ids = { retiring: 'cert_old', successor: 'cert_new' };
const about = { policy: policyOf(), request: { mode: 'scheduled' as const }, now: NOW };

it.each([
  ['in those alone where a cut may be made there', 'cert_new', ['proj_a']],
  [
    'in the others as well where every cut there is held, which would keep them waiting for ever',
    'cert_old',
    ['proj_a', 'proj_b'],
  ],
])('I11, I17: what has served its soak in some scopes goes on %s', (_, running, scopes) => {
  const [old, fresh] = [anchor('cert_old', 'acme@1', 20), anchor('cert_new', 'acme@2', 400)];
  const served = { ...ids, provenAt: instant(NOW - 8 * DAY), soakUntil: instant(NOW - DAY) };
  const { waves } = plan({
    ...about,
    inventory: inventoryOf([old, fresh], { proj_a: ['cert_old', 'cert_new'], proj_b: ['cert_old'] }),
    clients: [client('api', 'proj_a', running), client('late', 'proj_b', 'cert_old', 'cert_new')],
    memory: { soaks: [{ ...served, except: ['proj_b'] }], cuts: [] },
  });
  expect(waves.flatMap((wave) => wave.scopes.map(({ scope }) => scope)).toSorted()).toEqual(scopes);
});

describe('what a soak has left out, where nobody is ready', () => {
  const inBoth = ['cert_old', 'cert_new'];
  /**
   * Returns the plan where the soak in proj_a ended `soaked` days ago. Its client's leaf of the successor
   * lasts for `days` more days.
   */
  const planned = (soaked: number, days: number) =>
    plan({
      ...about,
      inventory: inventoryOf([anchor('cert_old', 'acme@1', 20), anchor('cert_new', 'acme@2', 400)], {
        proj_a: inBoth,
        proj_b: ['cert_old'],
      }),
      clients: [
        {
          ...client('moved', 'proj_a'),
          running: { ...leaf('moved:new', 'cert_new'), validUntil: { cert_new: NOW + days * DAY } },
        },
        client('late', 'proj_b', 'cert_old'),
      ],
      memory: {
        soaks: [
          {
            ...{ ...ids, except: ['proj_b'] },
            ...{ provenAt: instant(NOW - (7 + soaked) * DAY), soakUntil: instant(NOW - soaked * DAY) },
          },
        ],
        cuts: [],
      },
    });
  const cutIn = ({ waves }: ReturnType<typeof plan>) =>
    waves.flatMap(({ scopes }) =>
      scopes.flatMap(({ scope, successions }) => (successions.some(({ held }) => !held) ? [scope] : [])),
    );

  it.each([
    ['has ended in the last days', 1, 3],
    ['has ended long ago', 8, 3],
    ['goes on for a day', -1, 4],
  ])(
    'asks nobody for a leaf that lasts through another soak, where its own %s (rule 5, I11, I17)',
    (_, soaked, days) => {
      expect(cutIn(planned(soaked, days))).toEqual(['proj_a']);
    },
  );

  it.each([
    ['has ended', 1, 1],
    ['goes on for a day', -1, 2],
  ])('goes on asking for one that lasts for the margin after its own, which %s (I19)', (_, soaked, days) => {
    expect(cutIn(planned(soaked, days))).toEqual([]);
  });

  it('is told of by the run that leaves it out, and no other has to come for that (I13)', () => {
    const { blocked, nextRotationAt } = planned(1, 30);
    expect(blocked).toMatchObject([{ anchor: 'cert_old', client: 'late', scopes: ['proj_b'] }]);
    expect(Date.parse(nextRotationAt ?? '') / 1000).toBeGreaterThan(NOW + DAY);
  });
});

it('I11: what has served its soak is cut before what soaks in the scopes that are left of another', () => {
  const anchors = [
    anchor('cert_old', 'acme@1', 20),
    anchor('cert_other', 'acme@0', 19),
    anchor('cert_new', 'acme@2', 400),
  ];
  const soak = { successor: 'cert_new', provenAt: instant(NOW - 8 * DAY), soakUntil: instant(NOW - DAY) };
  const everything = {
    ...about,
    inventory: inventoryOf(anchors, {
      organization: ['cert_other', 'cert_new'],
      proj_a: ['cert_old', 'cert_new'],
      proj_b: ['cert_old', 'cert_new'],
    }),
    clients: [client('api', 'proj_a', 'cert_old'), client('new', 'proj_b', 'cert_new')],
    memory: {
      soaks: [
        { ...soak, retiring: 'cert_old', except: ['proj_b'] },
        { ...soak, retiring: 'cert_other' },
      ],
      cuts: [],
    },
  };
  const first = plan(everything);
  expect(first.successions.map(({ retiring }) => retiring)).toEqual(['cert_other']);
  expect(Date.parse(first.nextRotationAt ?? '') / 1000).toBeLessThan(NOW + DAY);
});

it.each([
  ['everywhere', 'cert_old', undefined],
  ['but in a scope that was left out, where somebody has to move', 'cert_old', ['proj_b']],
  ['but in a scope that was left out, where somebody has moved', 'cert_new', ['proj_b']],
])(
  'I10, I17: right after a run that failed for what is compromised, whoever was moved is looked at first where it has soaked %s',
  (_, running, except) => {
    const served = { ...ids, provenAt: instant(NOW - 8 * DAY), soakUntil: instant(NOW - DAY) };
    const { successions } = plan({
      ...about,
      request: { mode: 'scheduled', othersFirst: true, failingSince: instant(NOW - 3_600) },
      inventory: inventoryOf(
        [
          ...[anchor('cert_old', 'acme@1', 20), anchor('cert_new', 'acme@2', 400)],
          ...[anchor('cert_leaked', 'globex@1', 300), anchor('cert_safe', 'globex@2', 400)],
        ],
        { proj_a: ['cert_old', 'cert_new'], proj_b: ['cert_old'], proj_c: ['cert_leaked', 'cert_safe'] },
      ),
      clients: [
        ...[client('api', 'proj_a', 'cert_old'), client('moved', 'proj_a', 'cert_new')],
        client('late', 'proj_b', running, 'cert_new'),
        client('third', 'proj_c', 'cert_leaked', 'cert_safe'),
      ],
      compromised: { ids: new Set(['cert_leaked']), keys: new Set() },
      memory: { soaks: [{ ...served, ...(except && { except }) }], cuts: [] },
    });
    expect(successions.map(({ retiring }) => retiring)).toEqual(['cert_old']);
  },
);

it.each([
  ['has come within the lead time since', 10, true],
  ['has expired since: it lets nobody in', -1, false],
])('rule 2: what was begun with a successor that was fit then, and %s', (_, days, fit) => {
  const [old, fresh] = [anchor('cert_old', 'acme@1', -2), anchor('cert_new', 'acme@2', days)];
  const facts = {
    ...about,
    inventory: inventoryOf([old, fresh], { proj_a: ['cert_old'] }),
    clients: [client('api', 'proj_a', 'cert_old', 'cert_new')],
    memory: { soaks: [], cuts: [], begun: [{ ...ids, begunAt: instant(NOW - 60 * DAY) }] },
  };
  expect(isAsFit(fresh, old, facts)).toBe(fit);
});
