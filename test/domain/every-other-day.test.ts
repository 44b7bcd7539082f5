import { expect, it } from 'vitest';
import type { Memory } from '../../lambdas/domain/memory/journal.ts';
import { plan } from '../../lambdas/domain/planning/plan.ts';
import { anchor, DAY, inventoryOf, NOW, policyOf } from './organizations.ts';

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
