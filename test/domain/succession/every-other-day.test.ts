import { expect, it } from 'vitest';
import type { Memory } from '../../../lambdas/domain/memory/journal.ts';
import { plan } from '../../../lambdas/domain/planning/plan.ts';
import { anchor, client, DAY, inventoryOf, NOW, policyOf } from '../organizations.ts';

const iso = (seconds: number) => new Date(seconds * 1000).toISOString();
const pair = { retiring: 'a1', successor: 'a2' };
const since = iso(NOW - 4 * DAY);
const anchors = [
  anchor('a1', 'acme@1', 5),
  anchor('a2', 'acme@2', 400),
  anchor('b1', 'beta@1', 25),
  anchor('b2', 'beta@2', 400),
];

it.each<[string, string, Memory]>([
  [
    'a served soak',
    'a1',
    { soaks: [{ ...pair, provenAt: iso(NOW - 11 * DAY), soakUntil: since }], cuts: [] },
  ],
  [
    'an unconfirmed cut',
    'a2',
    { soaks: [], cuts: [{ ...pair, scope: 'proj_a', cutAt: since, compromised: false }] },
  ],
])(
  'I17, rule 3: %s that failed for days has every other day once another soak would take it past its expiry',
  (_, active, memory) => {
    const inventory = inventoryOf(anchors, { proj_a: [active, 'b1'] });
    const on = (day: number) =>
      plan({
        ...{ inventory, memory, clients: [], request: { mode: 'scheduled' } },
        policy: policyOf({ evidence: 'listing' }),
        now: NOW + day * DAY,
      }).successions.map(({ retiring }) => retiring);
    expect([on(0), on(1)].flat()).toContain('a1');
  },
);

it('I17, rule 3: what has failed for days waits a day for what is due beside a compromised one, and no longer where that fails as well', () => {
  const others = ['c', 'd'].flatMap((line) => [
    anchor(`${line}1`, `${line}@1`, 25),
    anchor(`${line}2`, `${line}@2`, 400),
  ]);
  const begun = (line: string, days: number) => ({
    ...{ retiring: `${line}1`, successor: `${line}2`, begunAt: iso(NOW - days * DAY) },
  });
  const on = (day: number, ...since: number[]) => {
    const fresh = ['c', 'd'].slice(0, since.length);
    const active = { proj_a: ['a1', 'b1', ...fresh.map((line) => `${line}1`)] };
    const all = fresh.flatMap((line, i) => begun(line, since[i] ?? 0));
    return plan({
      ...{ inventory: inventoryOf([...anchors, ...others], active), clients: [] },
      request: { mode: 'scheduled' },
      memory: { soaks: [], cuts: [], begun: [begun('a', 9), begun('b', 9), ...all] },
      compromised: { ids: new Set(['a1']), keys: new Set<string>() },
      policy: policyOf({ evidence: 'listing' }),
      now: NOW + day * DAY,
    }).successions.map(({ retiring }) => retiring);
  };
  const inTurn = (...since: number[]) => [on(0, ...since), on(1, ...since)].toSorted();
  expect(inTurn(-1)).toEqual([['a1'], ['c1']]);
  expect(inTurn(1)).toEqual([['a1'], ['b1', 'c1']]);
  // A line that has had its day gives the day to another line.
  expect(inTurn(1, -1)).toEqual([['a1'], ['c1', 'd1']]);
});

it('I16, I17, rule 3: a compromised one that had soaked before lets others go ahead once it has failed for days, and waits for nothing until then', () => {
  const inventory = inventoryOf(anchors, { proj_a: ['a1', 'b1'] });
  const [provenAt, soakUntil] = [iso(NOW - 9 * DAY), iso(NOW - 8 * DAY)];
  const on = (day: number, named: number) =>
    plan({
      ...{ inventory, clients: [], request: { mode: 'scheduled' } },
      memory: { soaks: [{ retiring: 'a1', successor: 'a2', provenAt, soakUntil }], cuts: [] },
      compromised: { ids: new Set(['a1']), keys: new Set<string>() },
      allowances: [{ anchorId: 'a1', reason: 'leaked', namedAt: iso(NOW - named * DAY) }],
      policy: policyOf({ evidence: 'listing' }),
      now: NOW + day * DAY,
    }).successions.map(({ retiring }) => retiring);
  const days = (named: number) => [0, 1, 2].flatMap((day) => on(day, named));
  expect(new Set(days(5))).toContain('b1');
  expect(on(0, 1)).toEqual(['a1']);
});

it('I17, rule 3: what would expire in the very soak of the others goes first on both days, where none of them would meanwhile', () => {
  const begun = [{ ...pair, begunAt: iso(NOW - 5 * DAY) }];
  const on = (day: number, lasts: number) => {
    const others = anchors.map((one) => (one.anchorId === 'b1' ? anchor('b1', 'beta@1', lasts) : one));
    return plan({
      ...{ inventory: inventoryOf(others, { proj_a: ['a1', 'b1'] }), clients: [] },
      ...{ request: { mode: 'scheduled' }, memory: { soaks: [], cuts: [], begun } },
      policy: policyOf({ evidence: 'listing' }),
      now: NOW + day * DAY,
    }).successions.map(({ retiring }) => retiring);
  };
  expect([on(0, 25), on(1, 25)]).toEqual([['a1'], ['a1']]);
  // Both would expire during a soak of the other, so each has its day.
  expect([on(0, 15), on(1, 15)].toSorted()).toEqual([['a1'], ['b1']]);
});

it.each<[string, string | undefined, string[][]]>([
  ['whoever is outside for it is ready', 'a2', [['a1'], ['b1']]],
  ['nobody who is outside for it is ready', undefined, [['b1'], ['b1']]],
])('I17, rule 3: what has expired has every other day as well where %s, or waits', (_, staged, turns) => {
  const expired = anchors.map((one) => (one.anchorId === 'a1' ? anchor('a1', 'acme@1', -3) : one));
  const on = (day: number) =>
    plan({
      ...{ inventory: inventoryOf(expired, { proj_a: ['a1', 'b1'] }), request: { mode: 'scheduled' } },
      clients: [client('late', 'proj_a', 'a1', staged), client('api', 'proj_a', 'b1', 'b2')],
      memory: { soaks: [], cuts: [], begun: [{ ...pair, begunAt: iso(NOW - 5 * DAY) }] },
      policy: policyOf({ evidence: 'listing' }),
      now: NOW + day * DAY,
    }).successions.map(({ retiring }) => retiring);
  expect([on(0), on(1)].toSorted()).toEqual(turns);
});
