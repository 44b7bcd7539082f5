import { describe, expect, it } from 'vitest';
import { settlingAfter, settlingOfEach } from '../../../lambdas/domain/overlap/settling.ts';
import type { Plan } from '../../../lambdas/domain/plan-document/plan.ts';
import type { Policy } from '../../../lambdas/domain/policy.ts';

const DAY = 86_400;
const scopes = (count: number): Plan['waves'] => [
  {
    name: 'projects',
    scopes: Array.from({ length: count }, (_, at) => ({ scope: `p${at}`, successions: [], checks: [] })),
  },
];

describe('how long each scope waits for hosts to hear', () => {
  it.each([
    ['five minutes', 3, 7 * DAY, false, 10, 300],
    ['a tenth of a short soak', 3, 600, false, 10, 60],
    ['no time where it goes by itself', 3, 7 * DAY, true, 10, 0],
    [
      'less where so many wait that all together would take more than half a day (I18)',
      10_000,
      7 * DAY,
      false,
      10,
      43,
    ],
    ['by how many go at once', 10_000, 7 * DAY, false, 40, 172],
  ])('is %s', (_, count, soakSeconds, atOnce, concurrency, seconds) => {
    expect(
      settlingOfEach({ waves: scopes(count), atOnce }, { concurrency, soak: soakSeconds as Policy['soak'] }),
    ).toBe(seconds);
  });
});

it('waits for nothing where all that it cuts is compromised', () => {
  const wave = (compromised: readonly boolean[]): Plan['waves'] => [
    {
      name: 'projects',
      scopes: compromised.map((isCompromised, at) => ({
        ...{ scope: `p${at}`, checks: [] },
        successions: [
          { retiring: 'a', successor: 'b', ...(isCompromised && { compromised: true as const }) },
        ],
      })),
    },
  ];
  const policy = { concurrency: 10, soak: (7 * DAY) as Policy['soak'] };
  expect(settlingOfEach({ waves: wave([true, true]), atOnce: false }, policy)).toBe(0);
  expect(settlingOfEach({ waves: wave([true, false]), atOnce: false }, policy)).toBe(300);
});

describe('another look', () => {
  it.each([
    ['follows where nothing has shown that hosts have heard', { isUnheard: true, isSecond: false }, 300],
    ['does not follow where something has', { isUnheard: false, isSecond: false }, 0],
    ['does not follow the second', { isUnheard: true, isSecond: true }, 0],
  ])('%s', (_, how, seconds) => {
    expect(settlingAfter({ settleSeconds: 300 }, how)).toBe(seconds);
    expect(settlingAfter({}, how)).toBe(0);
  });
});
